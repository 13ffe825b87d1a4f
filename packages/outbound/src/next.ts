import type { Duration, Instant } from '@order-mesh/kernel';
import type { Acceptance, Fetched, Inquiry, Outcome } from './call.ts';
import type { CallUpdate, ClaimedCall } from './ledger.ts';

/** What is to be done with a call that was taken up. */
export type Turn = 'perform' | 'fetch' | 'inquire' | 'give-up';

/** An unknown outcome is asked about first, even when it is late: the last word should be what the partner knows. While a result may still be told, that is asked for. */
export function turnOf({ known, accepted, giveUpAt }: Pick<ClaimedCall, 'known' | 'accepted' | 'giveUpAt'>, now: Instant): Turn {
  if (known === 'unknown') return accepted && now < accepted.resultBy ? 'fetch' : 'inquire';
  return now >= giveUpAt ? 'give-up' : 'perform';
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
export function afterAttempt(call: ClaimedCall, found: Found, moment: Moment): CallUpdate {
  const attempts = call.attempts + 1;
  if (found.type === 'answered' || found.type === 'refused') return { type: 'settled', key: call.key, attempts, outcome: found };
  const known = knownAfter(call, found);
  const accepted = known === 'unknown' ? acceptedAfter(call, found, moment.now) : undefined;
  const detail = 'detail' in found ? found.detail : WORDS[found.type];
  if (moment.now >= call.giveUpAt) return { type: 'settled', key: call.key, attempts, outcome: givenUp(detail, known, accepted) };
  const retryAfter = 'retryAfter' in found ? found.retryAfter : undefined;
  const pause = isOver(found) ? 0 : retryAfter ?? pauseBefore(attempts, moment);
  const nextAt = Math.min(moment.now + pause, accepted && moment.now < accepted.resultBy ? accepted.resultBy : Infinity, call.giveUpAt);
  return { type: 'again', key: call.key, known, attempts, nextAt, detail, ...(accepted && { accepted }), ...(retryAfter !== undefined && { throttledUntil: moment.now + retryAfter }) };
}

const WORDS = {
  absent: 'the partner does not have it',
  accepted: 'the partner has taken it and has not told the result yet',
  forgotten: 'the partner has taken it and knows nothing of it any more',
} as const;

/** What an attempt, of whichever kind, has found. */
export type Found = Inquiry | Fetched;

const isOver = ({ type }: Found): boolean => type === 'absent' || type === 'forgotten';

function givenUp(detail: string, known: ClaimedCall['known'], accepted: Acceptance | undefined): Outcome {
  return { type: 'failed', detail, surelyNotDone: known === 'not-done', ...(accepted && { receipt: accepted.receipt }) };
}

// The first deadline counts, however often the partner says that it is not done yet
function acceptedAfter({ accepted, giveUpAt }: ClaimedCall, found: Found, now: Instant): Acceptance | undefined {
  if (found.type === 'forgotten') return accepted && { ...accepted, resultBy: Math.min(accepted.resultBy, now) };
  if (found.type !== 'accepted' || found.receipt === accepted?.receipt) return accepted;
  return { receipt: found.receipt, resultBy: Math.min(now + found.within, giveUpAt) };
}

/** What is written about a call that could not be tried at all: nothing was learnt, and it does not count as an attempt. It is due again soon, or at `until`. */
export function parked(call: ClaimedCall, detail: string, { now, pace, chance, until = now }: Moment & { readonly until?: Instant | undefined }): CallUpdate {
  if (now >= call.giveUpAt) {
    return { type: 'settled', key: call.key, attempts: call.attempts, outcome: givenUp(detail, call.known, call.accepted) };
  }
  const pause = Math.round(pace.firstRetryMs * (1 + chance));
  return { type: 'again', key: call.key, known: call.known, attempts: call.attempts, nextAt: Math.min(Math.max(until, now + pause), call.giveUpAt), detail, ...(call.accepted && { accepted: call.accepted }) };
}

function knownAfter(call: ClaimedCall, found: Found): 'not-done' | 'unknown' {
  if (found.type === 'absent') return 'not-done';
  // An inquiry that failed has learnt nothing about the call itself
  return found.type === 'unavailable' ? call.known : 'unknown';
}

function pauseBefore(attempt: number, { pace, chance }: Moment): Duration {
  const doubled = Math.min(pace.firstRetryMs * 2 ** Math.min(attempt - 1, 30), pace.maxRetryMs);
  return Math.round(doubled * (0.5 + chance / 2));
}
