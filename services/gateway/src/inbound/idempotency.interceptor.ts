import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Log } from '@order-mesh/platform';
import type { Request, Response } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { z } from 'zod';
import type { Digest } from '../domain/order-view.ts';
import type { AnswerOnce, Claim } from '../usecases/answer-once.ts';
import { inFlight, refusalOf, underClaim } from './claims.ts';
import { badKey, isKey } from './idempotency-key.ts';
import { Problem, problems, type ProblemCode } from './problem.ts';
import { callerOf } from './signing-in.ts';
import type { Writes } from './writes.ts';

export interface IdempotencyMeans {
  readonly writes: Pick<Writes, 'inBatch'>;
  readonly once: AnswerOnce;
  readonly digest: Digest;
  readonly log: Log;
}

/** Orders are placed in batches of many requests, which look after their keys themselves. */
const BY_ITSELF = '/v1/orders';

/**
 * Carries out once what is asked under an `Idempotency-Key`, and answers a repeated request as the first one: for every POST. That it was carried out is marked in
 * the transaction that does; what was answered is kept afterwards. What was refused before anything began, or failed on our side, is not kept.
 */
export class IdempotencyInterceptor implements NestInterceptor {
  readonly #means: IdempotencyMeans;
  readonly #inFlight = new Set<string>();

  constructor(means: IdempotencyMeans) {
    this.#means = means;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const key = request.get('idempotency-key');
    if (request.method !== 'POST' || request.path === BY_ITSELF || key === undefined) return next.handle();
    if (!isKey(key)) throw badKey(key);
    // an answer is for whoever asked, and for nobody who knows the key
    const claim = { key, digest: this.#means.digest(`POST ${request.path}\n${callerOf(request)?.name ?? ''}\n${canonical(request.body)}`) };
    return from(this.#once(claim, http.getResponse<Response>(), () => lastValueFrom(next.handle())));
  }

  async #once(claim: Claim, response: Response, answer: () => Promise<unknown>): Promise<unknown> {
    const { writes, once } = this.#means;
    if (this.#inFlight.has(claim.key)) throw inFlight();
    this.#inFlight.add(claim.key);
    try {
      const known = await writes.inBatch((unit) => once.look(claim, unit));
      const refusal = refusalOf(known);
      if (refusal) throw refusal;
      return known.type === 'settled' ? replayed(known.outcome, response) : await this.#answered(claim, response, answer);
    } finally {
      this.#inFlight.delete(claim.key);
    }
  }

  async #answered(claim: Claim, response: Response, answer: () => Promise<unknown>): Promise<unknown> {
    const standing = { claim, isBegun: false };
    try {
      const body = await underClaim(standing, answer);
      await this.#settle(claim, { type: 'answered', status: response.statusCode, location: response.get('Location') ?? null, body: JSON.stringify(body) });
      return body;
    } catch (error) {
      if (standing.isBegun && error instanceof Problem && problems[error.code].status < 500) await this.#settle(claim, { type: 'refused', code: error.code, detail: error.detail });
      throw error;
    }
  }

  /** What cannot be kept is done all the same: the sender has his answer, and whoever repeats it is told that it was lost. */
  async #settle(claim: Claim, outcome: Outcome): Promise<void> {
    const { writes, once, log } = this.#means;
    await writes.inBatch((unit) => once.settle(claim, JSON.stringify(outcome), unit)).catch((error: unknown) => { log.warn('an answer could not be kept', { key: claim.key, error }); });
  }
}

const codes = z.custom<ProblemCode>((code) => typeof code === 'string' && Object.hasOwn(problems, code));
const outcomes = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answered'), status: z.number(), location: z.string().nullable(), body: z.string() }),
  z.object({ type: z.literal('refused'), code: codes, detail: z.string() }),
]);
type Outcome = z.infer<typeof outcomes>;

function replayed(text: string, response: Response): unknown {
  const outcome = outcomes.parse(JSON.parse(text));
  response.set('Idempotency-Replayed', 'true');
  if (outcome.type === 'refused') throw new Problem(outcome.code, outcome.detail);
  response.status(outcome.status);
  if (outcome.location !== null) response.set('Location', outcome.location);
  return JSON.parse(outcome.body);
}

/** One text for the same JSON, in whatever order its fields came. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === 'object' && one !== null && !Array.isArray(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one)) ?? '';
}
