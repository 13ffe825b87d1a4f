import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import type { TokenReader } from '../usecases/ports.ts';
import type { Admit } from './admission.ts';
import { ADMIT, admitting } from './admitting.ts';
import { limitBodies } from './body-limits.ts';
import { setUpDocumentation } from './documentation.ts';
import { HEADERS, setHeaders, type HeaderSettings } from './headers.ts';
import { LIMITING, type Limiting } from './limiting.ts';
import { Problem } from './problem.ts';
import { signingIn, TOKENS } from './signing-in.ts';

/** Headers, limits and documentation of the HTTP server: what is cheapest to refuse is refused first. */
export function setUpHttp(app: NestExpressApplication): void {
  setHeaders(app, app.get<HeaderSettings>(HEADERS));
  app.use(app.get<Limiting>(LIMITING));
  app.use(neverKept);
  app.use(signingIn(app.get<TokenReader>(TOKENS)));
  app.use(takeJsonOnly);
  app.use(admitting(app.get<Admit>(ADMIT)));
  limitBodies(app);
  setUpDocumentation(app);
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
