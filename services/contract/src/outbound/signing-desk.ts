import { hours, minutes, never } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import { callDesk, type CallLedger, type CallLimits, type DeskRuntime, type PartnerEffect, type PartnerQuestion, type SettledFrom } from '@order-mesh/outbound';
import { contractIdOf, type Reading } from '../domain/contract.ts';
import type { Terms } from '../domain/terms.ts';
import type { OfficeAnswer, SigningOffice } from '../usecases/ports.ts';

export type VoidRequest = Readonly<{ contractId: string; signFlowId: string | null; askedSince: number }>;
export type ReadRequest = Readonly<{ signFlowId: string; round: number }>;
export type VoidAnswer = { readonly now: 'void' } | { readonly now: 'rescinding'; readonly signFlowId: string };

/** What an adapter of a signing provider can do; it finds its own flows again by contract id. */
export type SigningOperations = Readonly<{
  sign: PartnerEffect<Terms, { readonly signFlowId: string }>;
  void: PartnerEffect<VoidRequest, VoidAnswer>;
  'read-status': PartnerQuestion<ReadRequest, Reading>;
}>;

export interface SigningDeskOptions {
  readonly runtime: DeskRuntime;
  readonly operations: SigningOperations;
  readonly settle: (answers: readonly OfficeAnswer[], unit: Unit) => Promise<void>;
  readonly limits?: Partial<CallLimits>;
  readonly ledger?: CallLedger;
}

const SEND_WITHIN = hours(24);
// Ends before whoever asked for it loses patience
const VOID_WITHIN = minutes(50);
const READ_WITHIN = minutes(5);
const LOOKED_FOR_SINCE = hours(48);

/** The signing provider behind the durable desk. */
export function openSigningDesk({ settle, ...options }: SigningDeskOptions): SigningOffice {
  const desk = callDesk({ ...options, service: 'contract', system: 'esign', settle: (settled, unit) => settle(settled.flatMap(answerOf), unit) });
  return {
    send: (unit, terms) => desk.ask(unit, terms.map(({ cause, ...request }) => (
      { key: sendKey(request.orderId), operation: 'sign', orderId: request.orderId, ledger: request.customerId, request, giveUpAt: unit.now + SEND_WITHIN, trace: cause.trace }))),
    async recall(unit, orderIds) {
      const taken = new Set(await desk.withdraw(unit, orderIds.map(sendKey)));
      return orderIds.filter((orderId) => taken.has(sendKey(orderId)));
    },
    makeVoid: (unit, voidings) => desk.ask(unit, voidings.map(({ orderId, signFlowId, attempt, cause }) => ({
      key: `void/${orderId}/${attempt}`, operation: 'void', orderId, ledger: 'void',
      request: { contractId: contractIdOf(orderId), signFlowId, askedSince: unit.now - LOOKED_FOR_SINCE }, giveUpAt: unit.now + VOID_WITHIN, trace: cause.trace,
    }))),
    read: (unit, readings) => desk.ask(unit, readings.map(({ orderId, signFlowId, round, key, cause }) => (
      { key, operation: 'read-status', orderId, ledger: 'read', request: { signFlowId, round }, giveUpAt: unit.now + READ_WITHIN, trace: cause.trace }))),
  };
}

const sendKey = (orderId: string): string => `sign/${orderId}`;

function answerOf({ orderId, cause, ...settled }: SettledFrom<SigningOperations>): readonly OfficeAnswer[] {
  switch (settled.operation) {
    case 'sign': return [{ type: 'sending', orderId, outcome: settled.outcome, cause }];
    case 'void': return [{ type: 'voiding', orderId, outcome: settled.outcome, cause }];
    // A question without an answer says nothing about the contract; the next look comes
    case 'read-status': return settled.outcome.type === 'answered' ? [{ type: 'reading', orderId, reading: settled.outcome.answer, round: settled.request.round, cause }] : [];
    default: return never(settled);
  }
}
