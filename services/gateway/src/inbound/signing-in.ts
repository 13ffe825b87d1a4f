import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Caller } from '../domain/caller.ts';
import type { TokenReader } from '../usecases/ports.ts';
import { Problem } from './problem.ts';

export const TOKENS = Symbol('tokens');

const callers = new WeakMap<Request, Caller>();

/** Whose request it is; null where nobody had to say. */
export const callerOf = (request: Request): Caller | null => callers.get(request) ?? null;

/** What anybody may ask: whether it lives, how to sign in, and what can be asked. */
const OPEN = /^\/(health\/(live|ready)|docs(-json|\/.*)?|\.well-known\/oauth-protected-resource)\/?$/;

export const isOpen = (path: string): boolean => OPEN.test(path);

/** Lets nobody further who does not show who he is, before anything else of the request is looked at. */
export const signingIn = (tokens: TokenReader): RequestHandler => (request: Request, _response: Response, next: NextFunction): void => {
  if (isOpen(request.path)) {
    next();
    return;
  }
  const token = bearerIn(request.headers.authorization);
  if (token === null) {
    next(new Problem('not-signed-in', 'send an access token: Authorization: Bearer <token>; "mesh login" signs a person in, and GET /.well-known/oauth-protected-resource tells who gives tokens'));
    return;
  }
  const known = tokens.known(token);
  if (known) {
    letIn(request, known, next);
    return;
  }
  tokens.read(token).then((read) => {
    if (read.type === 'read') letIn(request, read.caller, next);
    else if (read.type === 'refused') next(new Problem('invalid-token', `the access token is not taken: ${read.why}; sign in again`));
    else next(new Problem('unavailable', `${read.why}, so nobody can be let in; nothing was done, try again in a few seconds`, { cause: read.cause }));
  }, next);
};

function letIn(request: Request, caller: Caller, next: NextFunction): void {
  callers.set(request, caller);
  next();
}

function bearerIn(header: string | undefined): string | null {
  return /^Bearer +([\w.~+/=-]+)$/i.exec(header ?? '')?.[1] ?? null;
}
