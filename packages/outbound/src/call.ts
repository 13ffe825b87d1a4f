import type { Duration, Instant } from '@order-mesh/kernel';
import type { Cause, Trace } from '@order-mesh/messaging';

/** What is wanted of a partner system. Asked in the batch that decides it, carried out after its commit. */
export interface Call<Operation extends string = string, Request = unknown> {
  /** Unique within the service for ever; also the idempotency key at the partner where it takes one. */
  readonly key: string;
  readonly operation: Operation;
  readonly orderId: string;
  /** Whose rate it counts against, and whose turn it is: the company's books, the tenant or the customer, as the partner tells them apart. One's burst does not starve the rest. */
  readonly ledger: string;
  /** Within one ledger, customers take turns; nobody's in particular if not named. */
  readonly customer?: string;
  /** Plain JSON: no bigint, no Date. */
  readonly request: Request;
  /** After this the call is settled as failed, whatever is known. */
  readonly giveUpAt: Instant;
  /** The trace of the message that caused it. */
  readonly trace?: Trace;
}

/** A call as the partner's adapter sees it. */
export interface PendingCall<Request = unknown> extends Call<string, Request> {
  readonly askedAt: Instant;
  /** How often it was tried before. */
  readonly attempts: number;
  /** The partner has taken it and was to tell the result by then; kept after that, until it is known what became of it. */
  readonly accepted?: Acceptance;
}

/** Under what the partner tells a result later, and until when it is waited for. */
export interface Acceptance {
  readonly receipt: string;
  readonly resultBy: Instant;
}

/** What became of one attempt. */
export type CallResult<Answer = unknown> =
  | { readonly type: 'answered'; readonly answer: Answer }
  /** The partner said no; it is not asked again. Never opens the breaker. */
  | { readonly type: 'refused'; readonly reason: string; readonly detail: string }
  /** Surely not carried out: is tried again later. */
  | ({ readonly type: 'unavailable' } & NoWord)
  /** May have been carried out: is inquired about before it is tried again. */
  | ({ readonly type: 'unknown' } & NoWord);

interface NoWord {
  readonly detail: string;
  /** The partner asks for fewer calls: the ledger of this one waits so long, and the others go on. */
  readonly retryAfter?: Duration;
  /** The partner was heard, and has nothing to go by yet: it is not in trouble. */
  readonly heard?: boolean;
}

/** The partner has taken the call and tells its result later, asked with this receipt. When it has not told it `within`, the outcome is unknown. */
export interface Accepted {
  readonly type: 'accepted';
  readonly receipt: string;
  readonly within: Duration;
}

/** Why there is nothing to go by: the partner was not reached, or its answer is lost. */
export type NotHeard = Extract<CallResult<never>, { readonly type: 'unavailable' | 'unknown' }>;

/** What an inquiry found. 'absent' makes it safe to carry out again, and to withdraw: only for what does no harm when a request given up for lost arrives after all. */
export type Inquiry<Answer = unknown> = CallResult<Answer> | Accepted | { readonly type: 'absent' };

/** What asking for a result found: still 'accepted', or 'forgotten' when the partner knows nothing of the receipt, which says nothing of what it stood for. */
export type Fetched<Answer = unknown> = CallResult<Answer> | Accepted | { readonly type: 'forgotten' };

/**
 * The priority of what is begun: an undo, what follows an earlier call, and every call from when it is first taken up. It ends, or gives back, what others wait for,
 * and what may have been done should soon be known.
 */
export const BEGUN = 1;

interface Carried {
  /** At most this many calls in one `perform`; 1 if not named. */
  readonly batchSize?: number;
  /** When calls wait, those of a higher priority go first; 0 if not named. `BEGUN` for an undo and for what follows an earlier call. */
  readonly priority?: number;
}

/** Something that changes the partner's books: must happen once. */
export interface PartnerEffect<Request = unknown, Answer = unknown> extends Carried {
  readonly kind?: 'effect';
  /**
   * Carries out; resolves with one result per call, in order. A throw counts as unknown for all of them,
   * unless the connection was refused or the name not found (then unavailable). Stop when `signal` aborts.
   */
  perform(calls: readonly PendingCall<Request>[], signal: AbortSignal): Promise<readonly (CallResult<Answer> | Accepted)[]>;
  /** Asks whether an unknown call was carried out. A throw leaves it unknown. */
  inquire(call: PendingCall<Request>, signal: AbortSignal): Promise<Inquiry<Answer>>;
  /** Asks for the result of a call that was accepted: again and again, by whichever process, also after it was told. Must change nothing the second time. */
  fetch?(call: PendingCall<Request>, receipt: string, signal: AbortSignal): Promise<Fetched<Answer>>;
}

/**
 * Something that changes the partner's books, and carried out again changes nothing and is answered alike: carrying it out again is the inquiry.
 * Never "absent": what may have been done can't be withdrawn.
 */
export interface RepeatableEffect<Request = unknown, Answer = unknown> extends Carried {
  readonly kind: 'repeatable';
  perform(calls: readonly PendingCall<Request>[], signal: AbortSignal): Promise<readonly CallResult<Answer>[]>;
}

/** Something that only reads: an unknown outcome is read again, and a settled key may be asked again. */
export interface PartnerQuestion<Request = unknown, Answer = unknown> extends Carried {
  readonly kind: 'question';
  perform(calls: readonly PendingCall<Request>[], signal: AbortSignal): Promise<readonly CallResult<Answer>[]>;
}

export type PartnerOperation<Request = unknown, Answer = unknown> = PartnerEffect<Request, Answer> | RepeatableEffect<Request, Answer> | PartnerQuestion<Request, Answer>;

/** Whether an unknown outcome has to be asked about: a question has none, and what may be repeated is answered like the first time, so both are simply made again. */
export function isInquired(operation: PartnerOperation): operation is PartnerEffect {
  return operation.kind !== 'question' && operation.kind !== 'repeatable';
}

export type Operations = Readonly<Record<string, PartnerOperation>>;

export type Outcome<Answer = unknown> =
  | { readonly type: 'answered'; readonly answer: Answer }
  | { readonly type: 'refused'; readonly reason: string; readonly detail: string }
  /** Given up at `giveUpAt`. Unless `surelyNotDone`, the partner may have carried it out; with a `receipt` it was accepted and may be carried out still. */
  | { readonly type: 'failed'; readonly detail: string; readonly surelyNotDone: boolean; readonly receipt?: string };

/** A call that has come to its end; told once, in the transaction that records it. */
export interface SettledCall<Operation extends string = string, Request = unknown, Answer = unknown> {
  readonly key: string;
  readonly operation: Operation;
  readonly orderId: string;
  readonly request: Request;
  readonly outcome: Outcome<Answer>;
  /** Give it to `unit.send` as what the messages follow from. */
  readonly cause: Cause;
}

export type RequestOf<Op> = Op extends PartnerOperation<infer Request, infer _Answer> ? Request : never;
export type AnswerOf<Op> = Op extends PartnerOperation<infer _Request, infer Answer> ? Answer : never;
type Name<Ops> = Extract<keyof Ops, string>;

/** The calls a table of operations takes: narrow on `operation` and `request` follows. */
export type CallTo<Ops extends Operations> = { [One in Name<Ops>]: Call<One, RequestOf<Ops[One]>> }[Name<Ops>];

/** The settled calls of a table of operations: narrow on `operation` and `request` and `answer` follow. */
export type SettledFrom<Ops extends Operations> = { [One in Name<Ops>]: SettledCall<One, RequestOf<Ops[One]>, AnswerOf<Ops[One]>> }[Name<Ops>];
