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
    if (rule.dropAfterCommit) loseAnswer(request, response);
    if (rule.garbage) replaceAnswer(response);
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

function refuse(response: Response, { status = 200, body = { error: 'asked to fail' } }: FaultRule): void {
  response.status(status).json(body);
}

function loseAnswer(request: Request, response: Response): void {
  response.write = () => true;
  response.flushHeaders = () => {};
  response.end = () => {
    request.socket.destroy();
    return response;
  };
}

function replaceAnswer(response: Response): void {
  const end = response.end.bind(response);
  response.write = () => true;
  response.end = () => {
    response.statusCode = 200;
    response.removeHeader('ETag');
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Content-Length', Buffer.byteLength(PROXY_PAGE));
    return end(PROXY_PAGE);
  };
}
