import { minutes, never } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import { callDesk, type CallLimits, type DeskRuntime, type PartnerEffect, type PartnerQuestion, type SettledFrom } from '@order-mesh/outbound';
import type { Reading } from '../domain/card.ts';
import type { CardForm } from '../domain/form.ts';
import type { CardAnswer, CardDesk, Copy } from '../usecases/ports.ts';

export type ReadRequest = Readonly<{ spNo: string }>;

/** What an adapter can do with approval cards. */
export type CardOperations = Readonly<{
  /** Answers with the number of the card. */
  apply: PartnerEffect<CardForm, string>;
  read: PartnerQuestion<ReadRequest, Reading>;
}>;

export interface CardDeskOptions {
  readonly runtime: DeskRuntime;
  readonly operations: CardOperations;
  readonly settle: (answers: readonly CardAnswer[], unit: Unit) => Promise<void>;
}

/** WeCom lets 600 calls of a kind through a minute; an answer that did not come is looked for after it had time to arrive. */
const LIMITS: Partial<CallLimits> = { concurrency: 8, perSecond: 8, firstRetryMs: 1_000 };
const READ_WITHIN = minutes(5);

/** Approval cards behind the durable desk. */
export function openCardDesk({ settle, runtime, operations }: CardDeskOptions): CardDesk {
  const desk = callDesk({ runtime, operations, service: 'wecom-adapter', system: 'wecom', limits: LIMITS, settle: (settled, unit) => settle(settled.flatMap(answerOf), unit) });
  return {
    apply: (unit, cards) => desk.ask(unit, cards.map(({ cause, giveUpAt, copy, ...request }) => (
      { key: applyKey(request.approvalId, copy), operation: 'apply', orderId: request.orderId, ledger: 'apply', request, giveUpAt, trace: cause.trace }))),
    recall: async (unit, approvalIds) => { await desk.withdraw(unit, approvalIds.flatMap((approvalId) => [applyKey(approvalId, 'first'), applyKey(approvalId, 'escalated')])); },
    read: (unit, readings) => desk.ask(unit, readings.map(({ spNo, key, cause }) => (
      { key, operation: 'read', orderId: `card ${spNo}`, ledger: 'read', request: { spNo }, giveUpAt: unit.now + READ_WITHIN, trace: cause.trace }))),
  };
}

const applyKey = (approvalId: string, copy: Copy['copy']): string => (copy === 'first' ? `apply/${approvalId}` : `apply/${approvalId}/${copy}`);

function answerOf(settled: SettledFrom<CardOperations>): readonly CardAnswer[] {
  const { cause } = settled;
  switch (settled.operation) {
    case 'apply': {
      const { outcome, request: { approvalId } } = settled;
      return [{ type: 'applied', approvalId, outcome: outcome.type === 'answered' ? { type: 'shown', spNo: outcome.answer } : { type: 'not-shown', detail: outcome.detail }, cause }];
    }
    // A question without an answer says nothing about the card; the next look comes
    case 'read': return settled.outcome.type === 'answered' ? [{ type: 'read', reading: settled.outcome.answer, cause }] : [];
    default: return never(settled);
  }
}
