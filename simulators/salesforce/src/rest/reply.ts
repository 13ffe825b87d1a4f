import type { Request, RequestHandler, Response } from 'express';
import type { Organisation, Writer } from '../organisation.ts';
import { problem, type Problem } from '../problems.ts';
import type { Session, Sessions } from '../sessions.ts';

/** What every route works with. */
export interface Rest {
  readonly organisation: Organisation;
  readonly sessions: Sessions;
}

/** One authorised call. */
export interface Call {
  readonly request: Request;
  readonly response: Response;
  readonly session: Session;
  /** Such as v62.0, as the caller named it. */
  readonly version: string;
  readonly writer: Writer;
}

/** Lets a call through to `serve` only with a living session, else answers 401 INVALID_SESSION_ID. */
export function authorised(sessions: Sessions, serve: (call: Call) => void): RequestHandler {
  return (request, response) => {
    const session = sessionOf(sessions, request);
    if (!session) return void sendProblems(response, [problem('INVALID_SESSION_ID', 'Session expired or invalid', { status: 401 })]);
    const version = param(request, 'version');
    const writer = { userId: session.userId, origin: `com/salesforce/api/rest/${version.replace('v', '')};client=${session.clientId}` };
    serve({ request, response, session, version, writer });
  };
}

/** The session a call carries in its Authorization header. */
export function sessionOf(sessions: Sessions, request: Request): Session | undefined {
  const [, token] = /^(?:Bearer|OAuth) (.+)$/.exec(request.get('authorization') ?? '') ?? [];
  return token === undefined ? undefined : sessions.find(token);
}

/** Answers refusals in the shape of the REST API: a list of {errorCode, message, fields}. */
export function sendProblems(response: Response, problems: readonly Problem[]): void {
  response.status(problems[0]?.status ?? 400).json(problems.map(({ errorCode, message, fields }) => ({ message, errorCode, ...(fields.length > 0 ? { fields } : {}) })));
}

/** A path parameter as one piece of text. */
export function param(request: Request, name: string): string {
  const value = request.params[name];
  return typeof value === 'string' ? value : '';
}

/** The fields of anything that is an object; of anything else none. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
