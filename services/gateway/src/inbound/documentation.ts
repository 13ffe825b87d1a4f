import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import { z } from 'zod';
import { documentKeys } from './idempotency-document.ts';
import { bodies } from './schemas.ts';

/** Shows what is offered, at /docs and /docs-json. */
export function setUpDocumentation(app: NestExpressApplication): void {
  // the page of SwaggerModule has its styles inline, which our answers forbid
  app.use('/docs', showPage);
  SwaggerModule.setup('docs', app, () => documentOf(app), { jsonDocumentUrl: 'docs-json', raw: ['json'], customSiteTitle: 'Order Mesh' });
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Order Mesh</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/swagger-ui-standalone-preset.js"></script>
<script src="/docs/swagger-ui-init.js"></script>
</body>
</html>
`;

function showPage({ method, path }: Request, response: Response, next: NextFunction): void {
  if (method === 'GET' && path === '/') response.type('html').send(PAGE);
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
  return documentKeys({ ...document, components: { ...document.components, schemas: schemasOf() } });
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
