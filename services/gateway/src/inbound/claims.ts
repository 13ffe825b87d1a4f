import { AsyncLocalStorage } from 'node:async_hooks';
import type { Unit } from '@order-mesh/messaging';
import type { AnswerOnce, Claim, Known } from '../usecases/answer-once.ts';
import { Problem } from './problem.ts';

/** A request that is being answered under its key. */
interface Standing {
  readonly claim: Claim;
  /** Whether it was carried out, marked as such in the same transaction. */
  isBegun: boolean;
}

const standings = new AsyncLocalStorage<Standing>();

/** Answers a request under its key: whatever it changes is marked with it. */
export function underClaim<Answer>(standing: Standing, answer: () => Promise<Answer>): Promise<Answer> {
  return standings.run(standing, answer);
}

/** Runs work once under the key of the request that is being answered, if it has one. */
export function onceUnderKey(once: Pick<AnswerOnce, 'begin'>, run: <Result>(work: (unit: Unit) => Promise<Result>) => Promise<Result>) {
  return async <Result>(work: (unit: Unit) => Promise<Result>): Promise<Result> => {
    const standing = standings.getStore();
    if (!standing || standing.isBegun) return run(work);
    const done = await run(async (unit): Promise<{ readonly result: Result } | { readonly known: Known }> => {
      const known = await once.begin(standing.claim, unit);
      return known.type === 'new' ? { result: await work(unit) } : { known };
    });
    if ('known' in done) throw refusalOf(done.known) ?? inFlight();
    standing.isBegun = true;
    return done.result;
  };
}

/** Why a key that is known gets no answer; null where it may have one. */
export function refusalOf({ type }: Known): Problem | null {
  switch (type) {
    case 'in-flight': return inFlight();
    case 'key-reused': return new Problem('idempotency-key-reused', 'this Idempotency-Key was used for another request or with another body; use a new key for a new request');
    case 'lost': return new Problem('answer-lost', 'the request under this Idempotency-Key was carried out, and we were stopped before we could say so; look at what it changes, and use a new key for a new request');
    default: return null;
  }
}

export const inFlight = (): Problem => new Problem('request-in-flight', 'a request with this Idempotency-Key is being answered; repeat it in a moment to get the answer');
