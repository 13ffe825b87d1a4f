import type { NextFunction, Request, Response } from 'express';
import type { Admit, Ticket } from './admission.ts';
import { MOST_BODY_BYTES } from './body-limits.ts';
import { Problem } from './problem.ts';

export const ADMIT = Symbol('admit');

const tickets = new WeakMap<Response, Ticket>();

/** Turns away orders that there is no room for before their bodies are read. */
export const admitting = (admit: Admit) => (request: Request, response: Response, next: NextFunction): void => {
  if (request.method !== 'POST' || request.path !== '/v1/orders') {
    next();
    return;
  }
  const told = Number(request.headers['content-length']);
  const admitted = admit(Number.isFinite(told) ? told : MOST_BODY_BYTES);
  if (admitted.type === 'refused') {
    next(new Problem('overloaded', `${admitted.why}; nothing was done, come again in ${admitted.retryAfterSeconds} s with the same Idempotency-Key`, { retryAfterSeconds: admitted.retryAfterSeconds }));
    return;
  }
  tickets.set(response, admitted.ticket);
  response.once('close', () => { admitted.ticket.letGo(); });
  next();
};

/** The place that the request of this answer takes up. */
export const ticketOf = (response: Response): Ticket => tickets.get(response) ?? { hold: () => {}, letGo: () => {} };
