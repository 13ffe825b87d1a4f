import type { Duration, Instant } from '@order-mesh/kernel';
import type { Inquiry } from './call.ts';
import type { CallUpdate, ClaimedCall } from './ledger.ts';

/** What is to be done with a call that was taken up. */
export type Turn = 'perform' | 'inquire' | 'give-up';

/** An unknown outcome is inquired about first, even when it is late: the last word should be what the partner knows. */
export function turnOf(call: Pick<ClaimedCall, 'known' | 'giveUpAt'>, now: Instant): Turn {
  if (call.known === 'unknown') return 'inquire';
  return now >= call.giveUpAt ? 'give-up' : 'perform';
}

export interface Pace {
  readonly firstRetryMs: Duration;
  readonly maxRetryMs: Duration;
}

export interface Moment {
  readonly now: Instant;
  readonly pace: Pace;
  /** In [0, 1): spreads the next attempts. */
  readonly chance: number;
}

/** What is written after an attempt. Total: whatever was found, the call either ends or is due again no later than it is given up. */
export function afterAttempt(call: ClaimedCall, found: Inquiry, moment: Moment): CallUpdate {
  const attempts = call.attempts + 1;
  if (found.type === 'answered' || found.type === 'refused') return { type: 'settled', key: call.key, attempts, outcome: found };
  const known = knownAfter(call, found);
  const detail = found.type === 'absent' ? 'the partner does not have it' : found.detail;
  if (moment.now >= call.giveUpAt) {
    return { type: 'settled', key: call.key, attempts, outcome: { type: 'failed', detail, surelyNotDone: known === 'not-done' } };
  }
  const retryAfter = 'retryAfter' in found ? found.retryAfter : undefined;
  const pause = found.type === 'absent' ? 0 : retryAfter ?? pauseBefore(attempts, moment);
  const throttled = retryAfter !== undefined && { throttledUntil: moment.now + retryAfter };
  return { type: 'again', key: call.key, known, attempts, nextAt: Math.min(moment.now + pause, call.giveUpAt), detail, ...throttled };
}

/** What is written about a call that could not be tried at all: nothing was learnt, and it does not count as an attempt. It is due again soon, or at `until`. */
export function parked(call: ClaimedCall, detail: string, { now, pace, chance, until = now }: Moment & { readonly until?: Instant | undefined }): CallUpdate {
  if (now >= call.giveUpAt) {
    return { type: 'settled', key: call.key, attempts: call.attempts, outcome: { type: 'failed', detail, surelyNotDone: call.known === 'not-done' } };
  }
  const pause = Math.round(pace.firstRetryMs * (1 + chance));
  return { type: 'again', key: call.key, known: call.known, attempts: call.attempts, nextAt: Math.min(Math.max(until, now + pause), call.giveUpAt), detail };
}

function knownAfter(call: ClaimedCall, found: Inquiry): 'not-done' | 'unknown' {
  if (found.type === 'absent') return 'not-done';
  // An inquiry that failed has learnt nothing about the call itself
  return found.type === 'unavailable' ? call.known : 'unknown';
}

function pauseBefore(attempt: number, { pace, chance }: Moment): Duration {
  const doubled = Math.min(pace.firstRetryMs * 2 ** Math.min(attempt - 1, 30), pace.maxRetryMs);
  return Math.round(doubled * (0.5 + chance / 2));
}
