import { maskPhonesIn, MeshError, type Clock, type Instant } from '@order-mesh/kernel';
import { isInquired, type NotHeard, type PartnerEffect, type PartnerOperation } from './call.ts';
import { turnOf, type Found } from './next.ts';
import type { ClaimedCall } from './ledger.ts';

const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const DEEPEST_CAUSE = 5;

/**
 * Does what is next for calls that go together: carries them out, once, or asks about the first, whose outcome is unknown. Every accident becomes a result,
 * and it ends after `timeoutMs` even if the adapter ignores its signal.
 */
export function carryOut(operation: PartnerOperation, calls: readonly [ClaimedCall, ...ClaimedCall[]], limits: AttemptLimits): Promise<readonly Found[]> {
  const [first] = calls;
  if (first.known === 'not-done' || !isInquired(operation)) return perform(operation, calls, limits);
  return attempted([first], limits, async (signal) => [await askedAbout(operation, first, { signal, now: limits.clock.now() })]);
}

function perform(operation: PartnerOperation, calls: readonly ClaimedCall[], limits: AttemptLimits): Promise<readonly Found[]> {
  return attempted(calls, limits, async (signal) => {
    const results = await operation.perform(calls, signal);
    if (results.length === calls.length) return results;
    throw new MeshError('BROKEN_PROMISE', { advice: `the adapter gave ${results.length} results for ${calls.length} calls` });
  });
}

// An operation that gets its results at once by now has no `fetch`
function askedAbout(operation: PartnerEffect, call: ClaimedCall, { signal, now }: { readonly signal: AbortSignal; readonly now: Instant }): Promise<Found> {
  if (operation.fetch && call.accepted && turnOf(call, now) === 'fetch') return operation.fetch(call, call.accepted.receipt, signal);
  return operation.inquire(call, signal);
}

export interface AttemptLimits {
  readonly timeoutMs: number;
  /** Aborts when the service stops. */
  readonly stopping: AbortSignal;
  readonly clock: Clock;
  /** Until when the calls are this process's to act on; moves on while their lease is prolonged. */
  readonly heldUntil: () => Instant;
}

type Attempt = (signal: AbortSignal) => Promise<readonly Found[]>;

async function attempted(calls: readonly ClaimedCall[], { timeoutMs, stopping, clock, heldUntil }: AttemptLimits, attempt: Attempt): Promise<readonly Found[]> {
  const ending = endingWith(() => clock.now() >= heldUntil());
  const end = () => ending.abort(new MeshError('TIMED_OUT', { advice: `no answer within ${timeoutMs} ms, or the service was stopped` }));
  const timer = setTimeout(end, timeoutMs);
  stopping.addEventListener('abort', end);
  try {
    return (await Promise.race([attempt(ending.signal), whenAborted(ending.signal)])).map(withoutPhones);
  } catch (error) {
    const result = withoutPhones(whatItMeans(error));
    return calls.map(() => result);
  } finally {
    clearTimeout(timer);
    stopping.removeEventListener('abort', end);
  }
}

// partners quote what they do not like, and their words travel
const withoutPhones = (found: Found): Found => ('detail' in found ? { ...found, detail: maskPhonesIn(found.detail) } : found);

/**
 * Ends by the clock, not only by timers: a process that stood still handles the answers that have come meanwhile before its timers, and would begin the
 * next request of a call that is somebody else's by now. HTTP clients read `aborted` before each request; reading it late ends the attempt.
 */
function endingWith(isLost: () => boolean): AbortController {
  const ending = new AbortController();
  const { signal } = ending;
  const isAborted = (): boolean => Reflect.get(AbortSignal.prototype, 'aborted', signal) === true;
  Object.defineProperty(signal, 'aborted', {
    get() {
      if (!isAborted() && isLost()) ending.abort(new MeshError('TIMED_OUT', { advice: 'the lease of the call has run out' }));
      return isAborted();
    },
  });
  return ending;
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

function whatItMeans(error: unknown): NotHeard {
  const detail = error instanceof Error ? error.message : String(error);
  return neverConnected(error, 0) ? { type: 'unavailable', detail } : { type: 'unknown', detail };
}

function neverConnected(error: unknown, depth: number): boolean {
  if (!(error instanceof Error) || depth > DEEPEST_CAUSE) return false;
  if ('code' in error && typeof error.code === 'string' && NEVER_CONNECTED.has(error.code)) return true;
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every((one) => neverConnected(one, depth + 1));
  return neverConnected(error.cause, depth + 1);
}
