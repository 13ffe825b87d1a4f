import { hours } from '@order-mesh/kernel';
import { callDesk, type CallLimits, type DeskRuntime, type RepeatableEffect } from '@order-mesh/outbound';
import type { Messenger } from '../usecases/ports.ts';

export type MessageRequest = Readonly<{ users: readonly string[]; parties: readonly string[]; text: string }>;

/** What an adapter can do with messages; sent again within hours, the same text reaches people once. */
export type MessageOperations = Readonly<{
  send: RepeatableEffect<MessageRequest, { readonly notReached: string }>;
}>;

/** The people who look after the mesh. */
export interface Audience {
  readonly users: readonly string[];
  readonly parties: readonly string[];
}

export interface MessageDeskOptions {
  readonly runtime: DeskRuntime;
  readonly operations: MessageOperations;
  readonly audience: Audience;
}

/** Slow on purpose, and never a reason to let new orders wait. */
const LIMITS: Partial<CallLimits> = { concurrency: 2, perSecond: 4, mostWaiting: 1_000_000 };
/** Shorter than WeCom remembers what it delivered; later nobody wants to know. */
const TELL_WITHIN = hours(1);

/** Messages behind the durable desk; who could not be reached is logged. */
export function openMessageDesk({ runtime, operations, audience }: MessageDeskOptions): Messenger {
  const { log } = runtime;
  const desk = callDesk({
    runtime, operations, service: 'wecom-adapter', system: 'wecom-messages', limits: LIMITS,
    async settle(settled) {
      for (const { key, outcome } of settled) {
        if (outcome.type !== 'answered') log.error('a message reached nobody', { key, detail: outcome.detail });
        else if (outcome.answer.notReached !== '') log.warn('a message did not reach everybody', { key, notReached: outcome.answer.notReached });
      }
    },
  });
  return {
    tell: (unit, notices) => desk.ask(unit, notices.map(({ key, to, text, cause }) => (
      { key: `tell/${key}`, operation: 'send', orderId: key, ledger: 'tell', request: { users: to, parties: [], text }, giveUpAt: unit.now + TELL_WITHIN, trace: cause.trace }))),
    alert: (unit, { key, text, users }) => desk.ask(unit, [
      { key: `alert/${key}`, operation: 'send', orderId: key, ledger: 'alert', request: { ...(users === null ? audience : { users, parties: [] }), text }, giveUpAt: unit.now + TELL_WITHIN }]),
  };
}
