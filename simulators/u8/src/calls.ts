import { createHash, randomUUID } from 'node:crypto';
import type { Journal, SimulatorClock } from '@order-mesh/simulator';
import { ERRORS, isRefusal, refusalAnswer, refuse, type Answer, type Refusal } from './answers.ts';
import type { Books } from './books.ts';
import type { Document } from './documents.ts';
import type { U8Settings } from './settings.ts';
import { decideWrite, type Write } from './writes.ts';

/** A write on its way: which books, under which number its result is asked for, and what makes a second one the same. */
export interface Call {
  readonly ledger: string;
  readonly requestId: string;
  readonly fingerprint: string;
  readonly by: string;
  readonly write: Write;
}

/** What the journal keeps; everything else is worked out from it. */
export type Entry =
  | { readonly type: 'opened'; readonly ledger: string; readonly documents: readonly Document[] }
  | { readonly type: 'queued'; readonly call: Call; readonly dueAt: number }
  | { readonly type: 'written'; readonly call: Call; readonly documents: readonly Document[] }
  | { readonly type: 'failed'; readonly call: Call; readonly answer: Answer };

/** What the calls act on. */
export interface CallContext {
  readonly books: ReadonlyMap<string, Books>;
  readonly journal: () => Journal<Entry>;
  readonly settings: () => U8Settings;
  readonly clock: SimulatorClock;
}

/** Writes that happen once: the same biz_id and body is the same call, and an answer that takes long can be asked for. */
export interface Calls {
  apply(entry: Entry): void;
  /** Does the write at once; the same call again gets the same answer. */
  perform(call: Call): Answer;
  /** Takes the write and does it later; answers the number its result is asked for under. */
  queue(call: Call): string | Refusal;
  result(requestId: string): Answer;
  /** Goes on with what an earlier process took and did not finish. */
  resume(): void;
  stop(): void;
}

const STALLED_FOR_MS = 20;
const WORKING = refusalAnswer(refuse('stillWorking', '处理中'));

/** Starts with nothing called. */
export function openCalls(context: CallContext): Calls {
  const memory = emptyMemory(context.books);
  const timers = new Set<() => void>();
  const schedule = (call: Call, dueAt: number) => {
    const leave = context.clock.at(dueAt, () => {
      timers.delete(leave);
      if (context.settings().stallResults) return schedule(call, context.clock.now() + STALLED_FOR_MS);
      const answer = carryOut(context, call);
      if (answer.errcode !== ERRORS.ok) context.journal().record({ type: 'failed', call: settled(call), answer });
    });
    timers.add(leave);
  };
  return {
    apply: memory.apply,
    perform(call) {
      const known = memory.sameAs(call);
      if (isRefusal(known)) return refusalAnswer(known);
      return known ? memory.result(known.requestId) ?? WORKING : carryOut(context, call);
    },
    queue(call) {
      const known = memory.sameAs(call);
      if (isRefusal(known)) return known;
      if (known) return known.requestId;
      const dueAt = context.clock.now() + context.settings().resultDelayMs;
      context.journal().record({ type: 'queued', call, dueAt });
      schedule(call, dueAt);
      return call.requestId;
    },
    result: (requestId) => (context.settings().loseResults ? undefined : memory.result(requestId)) ?? refusalAnswer(refuse('notFound', '未检索到匹配的[requestid]')),
    resume: () => memory.waiting.forEach(({ call, dueAt }) => schedule(call, dueAt)),
    stop: () => timers.forEach((leave) => leave()),
  };
}

/** Draws up a call; a trade id is its own number, a biz_id gets one. */
export function callFor(write: Write, { ledger, by, tradeid }: { readonly ledger: string; readonly by: string; readonly tradeid?: string | undefined }): Call {
  const fingerprint = createHash('sha256').update(canonical(write.body)).digest('hex');
  return { ledger, by, requestId: tradeid ?? randomUUID(), fingerprint, write };
}

interface Memory {
  readonly waiting: ReadonlyMap<string, { readonly call: Call; readonly dueAt: number }>;
  apply(entry: Entry): void;
  /** The earlier call that this one repeats, or the refusal when it only borrows its biz_id. */
  sameAs(call: Call): Call | Refusal | undefined;
  result(requestId: string): Answer | undefined;
}

function emptyMemory(books: ReadonlyMap<string, Books>): Memory {
  const callOfBizId = new Map<string, Call>();
  const results = new Map<string, Answer>();
  const waiting = new Map<string, { readonly call: Call; readonly dueAt: number }>();
  const remember = (call: Call) => void (call.write.bizId && callOfBizId.set(bizKey(call), call));
  return {
    waiting,
    apply(entry) {
      if (entry.type === 'opened') return entry.documents.forEach((document) => books.get(entry.ledger)?.put(document));
      const { call } = entry;
      if (entry.type === 'queued') {
        waiting.set(call.requestId, { call, dueAt: entry.dueAt });
        return remember(call);
      }
      waiting.delete(call.requestId);
      // A write that failed did nothing, so its biz_id is free again
      if (entry.type === 'failed') callOfBizId.delete(bizKey(call));
      else remember(call);
      if (entry.type === 'written') entry.documents.forEach((document) => books.get(call.ledger)?.put(document));
      results.set(call.requestId, entry.type === 'failed' ? entry.answer : answerOf(call, entry.documents[0]));
    },
    sameAs(call) {
      const known = callOfBizId.get(bizKey(call));
      if (!known || known.fingerprint === call.fingerprint) return known;
      return refuse('bizIdTaken', `biz_id[${call.write.bizId}]已用于其他内容`);
    },
    result: (requestId) => results.get(requestId) ?? (waiting.has(requestId) ? WORKING : undefined),
  };
}

function carryOut({ books, settings, clock, journal }: CallContext, call: Call): Answer {
  const ledger = books.get(call.ledger);
  if (!ledger) return refusalAnswer(refuse('badCall', `ds_sequence[${call.ledger}]不存在`));
  const verdict = decideWrite(ledger, call.write, { settings: settings(), now: clock.now(), by: call.by });
  if (isRefusal(verdict)) return refusalAnswer(verdict);
  journal().record({ type: 'written', call: settled(call), documents: verdict.documents });
  return answerOf(call, verdict.documents[0]);
}

function settled(call: Call): Call {
  return { ...call, write: { ...call.write, body: null } };
}

function bizKey({ ledger, write }: Call): string {
  return `${ledger} ${write.kind}/${write.verb} ${write.bizId ?? ''}`;
}

function answerOf(call: Call, document: Document | undefined): Answer {
  return { errcode: ERRORS.ok, errmsg: '', ...(document && { id: document.id }), tradeid: call.requestId };
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  return `{${Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`;
}
