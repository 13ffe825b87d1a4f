import { hours, minutes, never } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import { callDesk, type CallDesk, type CallLimits, type CallTo, type DeskRuntime, type Outcome, type PartnerEffect, type PartnerQuestion, type RepeatableEffect, type SettledFrom } from '@order-mesh/outbound';
import type { Head, Reading, Sent } from '../domain/contract.ts';
import type { Terms } from '../domain/terms.ts';
import type { OfficeAnswer, SigningOffice } from '../usecases/ports.ts';
import type { ESignProvider, FlowRequest } from './provider.ts';

export type ReadRequest = Readonly<{ signFlowId: string; round: number }>;
export type VoidAnswer = { readonly now: 'void' } | { readonly now: 'rescinding'; readonly signFlowId: string };

/**
 * What the desk has done. A provider knows no key of ours, and a request may arrive long after it was given up; so what could be done
 * twice binds nobody, and what binds names the flow.
 */
export type SigningOperations = Readonly<{
  /** Draws the flow up; the parties do not see it. Done twice there are two drafts, of which one is started. */
  draft: PartnerEffect<Terms, FlowRequest>;
  /** Puts a draft before the parties; started before, it is answered alike. */
  start: RepeatableEffect<FlowRequest, null>;
  void: RepeatableEffect<FlowRequest, VoidAnswer>;
  'read-status': PartnerQuestion<ReadRequest, Reading>;
}>;

export interface SigningDeskOptions {
  readonly runtime: DeskRuntime;
  /** Whose breaker and limiter, and whose calls in the ledger: those of another provider wait until it is chosen again. */
  readonly provider: ESignProvider['name'];
  readonly operations: SigningOperations;
  readonly settle: (answers: readonly OfficeAnswer[], unit: Unit) => Promise<void>;
  readonly limits?: Partial<CallLimits>;
}

const SEND_WITHIN = hours(24);
// Ends before whoever asked for it loses patience
const VOID_WITHIN = minutes(50);
const READ_WITHIN = minutes(5);

/** The signing provider behind the durable desk. */
export function openSigningDesk({ settle, provider, ...options }: SigningDeskOptions): SigningOffice {
  const desk: CallDesk<SigningOperations> = callDesk({
    ...options, service: 'contract', system: provider,
    async settle(settled, unit) {
      await desk.ask(unit, settled.flatMap((one) => startOf(one, unit)));
      await settle(settled.flatMap(answerOf), unit);
    },
  });
  return {
    send: (unit, terms) => desk.ask(unit, terms.map(({ cause, ...request }) => (
      { key: draftKey(request), operation: 'draft', orderId: request.orderId, ledger: request.customerId, request, giveUpAt: unit.now + SEND_WITHIN, trace: cause.trace }))),
    async recall(unit, contracts) {
      const taken = new Set(await desk.withdraw(unit, contracts.flatMap((one) => [draftKey(one), startKey(one)])));
      return contracts.filter((one) => taken.has(draftKey(one)) || taken.has(startKey(one))).map(({ orderId }) => orderId);
    },
    makeVoid: (unit, voidings) => desk.ask(unit, voidings.map(({ orderId, revision, customerId, signFlowId, attempt, cause }) => (
      { key: `void/${nameOf({ orderId, revision })}/${attempt}`, operation: 'void', orderId, ledger: customerId, request: { signFlowId }, giveUpAt: unit.now + VOID_WITHIN, trace: cause.trace }))),
    read: (unit, readings) => desk.ask(unit, readings.map(({ orderId, customerId, signFlowId, round, key, cause }) => (
      { key, operation: 'read-status', orderId, ledger: customerId, request: { signFlowId, round }, giveUpAt: unit.now + READ_WITHIN, trace: cause.trace }))),
  };
}

const nameOf = ({ orderId, revision }: Head): string => (revision === 0 ? orderId : `${orderId}/${revision}`);
const draftKey = (contract: Head): string => `draft/${nameOf(contract)}`;
const startKey = (contract: Head): string => `start/${nameOf(contract)}`;

type Settled = SettledFrom<SigningOperations>;

function startOf(settled: Settled, unit: Unit): readonly CallTo<SigningOperations>[] {
  if (settled.operation !== 'draft' || settled.outcome.type !== 'answered') return [];
  const { orderId, request: { customerId, revision = 0 }, outcome: { answer: { signFlowId } }, cause: { trace } } = settled;
  return [{ key: startKey({ orderId, revision }), operation: 'start', orderId, ledger: customerId, request: { signFlowId }, giveUpAt: unit.now + SEND_WITHIN, trace }];
}

function answerOf({ orderId, cause, ...settled }: Settled): readonly OfficeAnswer[] {
  switch (settled.operation) {
    // A draft alone binds nobody
    case 'draft': return settled.outcome.type === 'answered' ? [] : [{ type: 'sending', orderId, outcome: notSent(settled.outcome, null), cause }];
    case 'start': return [{ type: 'sending', orderId, outcome: sent(settled.outcome, settled.request), cause }];
    case 'void': return [{ type: 'voiding', orderId, outcome: settled.outcome, cause }];
    // A question without an answer says nothing about the contract; the next look comes
    case 'read-status': return settled.outcome.type === 'answered' ? [{ type: 'reading', orderId, signFlowId: settled.request.signFlowId, reading: settled.outcome.answer, round: settled.request.round, cause }] : [];
    default: return never(settled);
  }
}

function sent(outcome: Outcome<null>, flow: FlowRequest): Sent {
  return outcome.type === 'answered' ? { type: 'answered', answer: flow } : notSent(outcome, flow.signFlowId);
}

function notSent(outcome: Exclude<Outcome, { readonly type: 'answered' }>, signFlowId: string | null): Sent {
  if (outcome.type === 'refused') return outcome;
  return { type: 'failed', detail: outcome.detail, maybe: outcome.surelyNotDone ? null : signFlowId };
}
