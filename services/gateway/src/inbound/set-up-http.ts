import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { z } from 'zod';
import type { Admit } from './admission.ts';
import { ADMIT, admitting } from './admitting.ts';
import type { TokenReader } from '../usecases/ports.ts';
import { Problem } from './problem.ts';
import { bodies } from './schemas.ts';
import { signingIn, TOKENS } from './signing-in.ts';

/** Headers, limits and documentation of the HTTP server. */
export function setUpHttp(app: NestExpressApplication): void {
  // TLS ends in front of us: telling a browser to upgrade would break plain http on another host than localhost
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  app.set('etag', false);
  app.use(neverKept);
  app.use(signingIn(app.get<TokenReader>(TOKENS)));
  app.use(takeJsonOnly);
  app.use(admitting(app.get<Admit>(ADMIT)));
  app.useBodyParser('json', { limit: '1mb' });
  SwaggerModule.setup('docs', app, () => documentOf(app), { jsonDocumentUrl: 'docs-json', raw: ['json'], customSiteTitle: 'Order Mesh' });
}

function neverKept(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Cache-Control', 'no-store');
  next();
}

function takeJsonOnly(request: Request, _response: Response, next: NextFunction): void {
  const takesBody = request.method === 'POST' || request.method === 'PUT' || request.method === 'PATCH';
  if (takesBody && !request.is('application/json')) next(new Problem('not-json', 'send the body as Content-Type: application/json'));
  else next();
}

function documentOf(app: NestExpressApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Order Mesh')
    .setDescription('The front door for people and upstream systems. Errors are problem+json (RFC 9457); times are UTC; amounts are fen as text.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token (RFC 9068) of the company\'s identity provider: see /.well-known/oauth-protected-resource.' })
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .build();
  const document = SwaggerModule.createDocument(app, about, { operationIdFactory: (controller, method) => `${controller.replace('Controller', '').toLowerCase()}.${method}` });
  return { ...document, components: { ...document.components, schemas: schemasOf() } };
}

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** The schemas that bodies are checked by, in the dialect of OpenAPI 3.1. */
function schemasOf(): Schemas {
  const schemas = Object.fromEntries(Object.entries(bodies).map(([name, body]) => {
    const { $schema: _, ...schema } = z.toJSONSchema(body, { io: 'input' });
    return [name, schema];
  }));
  return JSON.parse(JSON.stringify(schemas));
}
