import { setTimeout as wait } from 'node:timers/promises';
import express, { type Request, type RequestHandler, type Response } from 'express';
import type { FaultRule, Faults } from './faults.ts';

const rawBodies = new WeakMap<object, Buffer>();

/** The bytes as they came, for partners that sign them; empty when the call had no body. */
export function rawBodyOf(request: Request): Buffer {
  return rawBodies.get(request) ?? Buffer.alloc(0);
}

/** Parses JSON and forms; any other body is text. */
export function bodies(): RequestHandler[] {
  const keep = { limit: '20mb', verify: (request: object, _response: object, bytes: Buffer) => void rawBodies.set(request, bytes) };
  return [
    express.json({ ...keep, strict: false }),
    express.urlencoded({ ...keep, extended: false }),
    express.text({ ...keep, type: () => true }),
  ];
}

/** Lets the asked-for faults happen to every route behind it but /_sim/*. An operation is `METHOD url` and the body on the next line. */
export function misbehave(faults: Faults): RequestHandler {
  return async (request, response, next) => {
    const rule = isControl(request) || faults.list().length === 0 ? undefined : faults.take(operationOf(request));
    if (!rule) return next();
    if (rule.delayMs) await wait(rule.delayMs);
    if (rule.dropBeforeCommit) return void request.socket.destroy();
    if (rule.status !== undefined || rule.body !== undefined) return void refuse(response, rule);
    if (rule.dropAfterCommit || rule.garbage || rule.half || rule.contentType !== undefined) spoilAnswer(request, response, rule);
    next();
  };
}

const PROXY_PAGE = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';

// A simulator may add levers of its own beside the common ones; none of them may fail on request
function isControl(request: Request): boolean {
  return request.path.startsWith('/_sim/');
}

function operationOf(request: Request): string {
  return `${request.method} ${request.originalUrl}\n${rawBodyOf(request).toString('utf8')}`;
}

function refuse(response: Response, { status = 200, body = { error: 'asked to fail' }, headers = {} }: FaultRule): void {
  response.status(status).set(headers);
  if (typeof body === 'string') response.type('text').send(body);
  else response.json(body);
}

/** Lets the work be done, and sends something else than its answer. */
function spoilAnswer(request: Request, response: Response, { dropAfterCommit, garbage, half, contentType }: FaultRule): void {
  const send = { write: response.write.bind(response), end: response.end.bind(response) };
  const answer = (bytes: Buffer | string, type?: string): void => {
    if (type !== undefined) response.setHeader('Content-Type', type);
    response.setHeader('Content-Length', Buffer.byteLength(bytes));
    send.end(bytes);
  };
  whenAnswered(response, (whole) => {
    if (dropAfterCommit) return void request.socket.destroy();
    response.removeHeader('ETag');
    if (garbage) {
      response.statusCode = 200;
      return answer(PROXY_PAGE, 'text/html; charset=utf-8');
    }
    if (!half) return answer(whole, contentType);
    // the length is told as it should be, so that the caller can know that bytes are missing
    response.setHeader('Content-Length', whole.length);
    send.write(whole.subarray(0, Math.floor(whole.length / 2)), () => request.socket.destroy());
  });
}

/** Holds the answer back and gives its bytes once they are all there. */
function whenAnswered(response: Response, take: (whole: Buffer) => void): void {
  const parts: Buffer[] = [];
  const keep = (part: unknown): void => { if (typeof part === 'string' || part instanceof Uint8Array) parts.push(Buffer.from(part)); };
  response.flushHeaders = () => {};
  response.write = (part: unknown) => {
    keep(part);
    return true;
  };
  response.end = (part?: unknown) => {
    keep(part);
    take(Buffer.concat(parts));
    return response;
  };
}
