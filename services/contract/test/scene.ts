import { defaultPolicy, type RulesPublished } from '@order-mesh/contracts';
import { fen, minutes, seconds } from '@order-mesh/kernel';
import type { Outgoing, Received, Transaction, Unit } from '@order-mesh/messaging';
import { silentLog } from '@order-mesh/platform';
import { learnRules, memoryRuleBook } from '@order-mesh/rulebook';
import { contractTemplate, hashOf, writeRuleSet, type Rule } from '@order-mesh/rules';
import type { Reading } from '../src/domain/contract.ts';
import type { Terms } from '../src/domain/terms.ts';
import { memoryContractBook } from '../src/outbound/memory-contract-book.ts';
import { answerContract, type ContractCommand } from '../src/usecases/answer-contract.ts';
import { checkOpenFlows } from '../src/usecases/check-open-flows.ts';
import { hearCallbacks } from '../src/usecases/hear-callbacks.ts';
import type { OfficeAnswer, SigningOffice } from '../src/usecases/ports.ts';
import { settleSigning } from '../src/usecases/settle-signing.ts';

export const TX: Transaction = { kind: 'memory' };
export const NOON = Date.UTC(2026, 5, 1, 4);
export const SHA = 'a'.repeat(64);

let count = 0;
const received = <Message extends Outgoing>(message: Message, key: string): Message & Pick<Received, 'id' | 'key' | 'at' | 'trace'> =>
  ({ ...message, id: `m${count += 1}`, key, at: NOON, trace: {} });

export const sign = (orderId: string, revision = 0): Extract<ContractCommand, { readonly type: 'SignContract' }> => received({
  type: 'SignContract',
  value: {
    orderId, customerId: 'C1', customerName: '华东文具有限公司', region: '江苏', amount: fen(3_000), placedAt: NOON, revision, startedAt: NOON, discounts: [],
    shipTo: { contact: '王芳', phone: '13800001234', region: '江苏省', city: '苏州市', street: '人民路1号' },
    lines: [{ lineNo: 1, sku: 'P1', name: '签字笔', quantity: 12, unit: '支', unitPrice: fen(250), amount: fen(3_000) }],
  },
}, orderId);

/** Rules that were published, every one for all orders. */
export function published(version: number, ...rules: readonly Rule[]): RulesPublished {
  const set = { point: contractTemplate.name, rules };
  return { point: set.point, version, hash: hashOf(set), content: writeRuleSet(set), changeId: `c${version}`, author: 'a', approvedBy: 'b', reason: 'a test', at: NOON };
}

export const alwaysIn = (template: string, signWithinDays: number): Rule => (
  { id: template, title: `一律用${template}`, owner: 'legal', reason: 'a test', from: null, until: null, counts: 'now', when: {}, then: { template, signWithinDays }, tests: [] });

export const makeVoid = (orderId: string, revision = 0): ContractCommand => received({ type: 'VoidContract', value: { orderId, revision } }, orderId);

type WithoutCause<Answer> = Answer extends OfficeAnswer ? Omit<Answer, 'cause'> : never;
const answer = (given: WithoutCause<OfficeAnswer>): OfficeAnswer => ({ ...given, cause: { id: `call-${count += 1}`, trace: {} } });

export const flowOf = (orderId: string): string => `F-${orderId}`;
export const sent = (orderId: string, signFlowId = flowOf(orderId)): OfficeAnswer => answer({ type: 'sending', orderId, outcome: { type: 'answered', answer: { signFlowId } } });
export const notSent = (orderId: string, maybe: string | null = null): OfficeAnswer => answer({ type: 'sending', orderId, outcome: { type: 'failed', detail: 'no answer', maybe } });
export const sendingRefused = (orderId: string): OfficeAnswer => answer({ type: 'sending', orderId, outcome: { type: 'refused', reason: 'refused-by-provider', detail: '1435002' } });
export const madeVoid = (orderId: string): OfficeAnswer => answer({ type: 'voiding', orderId, outcome: { type: 'answered', answer: { now: 'void' } } });
export const rescinding = (orderId: string): OfficeAnswer => answer({ type: 'voiding', orderId, outcome: { type: 'answered', answer: { now: 'rescinding', signFlowId: flowOf(orderId) } } });
export const voidingFailed = (orderId: string): OfficeAnswer => answer({ type: 'voiding', orderId, outcome: { type: 'failed', detail: 'no answer' } });
export const reads = (orderId: string, reading: Reading, round = 1, signFlowId = flowOf(orderId)): OfficeAnswer => answer({ type: 'reading', orderId, signFlowId, reading, round });
export const completed = (rescission: 'none' | 'open' | 'done' = 'none'): Reading => ({ flow: 'completed', rescission, signedAt: NOON + minutes(3), documentSha256: SHA });

/** The service over a book in memory and an office that only notes what it is asked; each call is a batch and returns what was sent. */
export function contractDesk() {
  const contracts = memoryContractBook();
  const rules = memoryRuleBook({ points: [contractTemplate], policy: defaultPolicy });
  const asked: string[] = [];
  const drawnUp: Terms[] = [];
  const recallable = new Set<string>();
  let now = NOON;
  const office: SigningOffice = {
    send: async (_unit, terms) => {
      asked.push(...terms.map(({ contractId }) => `sign ${contractId}`));
      drawnUp.push(...terms);
    },
    recall: async (_unit, given) => given.map(({ orderId }) => orderId).filter((orderId) => recallable.has(orderId)),
    makeVoid: async (_unit, voidings) => void asked.push(...voidings.map(({ orderId, signFlowId, attempt }) => `void ${orderId} ${signFlowId} #${attempt}`)),
    read: async (_unit, readings) => void asked.push(...readings.map(({ key }) => key)),
  };
  const ports = { contracts, rules, office, log: silentLog, checkEvery: seconds(60) };
  const inBatch = async (work: (unit: Unit) => Promise<void>): Promise<readonly Outgoing[]> => {
    const told: Outgoing[] = [];
    await work({ tx: TX, now, send: (message) => void told.push(message), afterCommit: () => {} });
    return told;
  };
  return {
    asked,
    /** The forms of what was drawn up, such as "HT-A1 short 3". */
    forms: () => drawnUp.map(({ contractId, template, signWithinDays }) => [contractId, template, signWithinDays].join(' ')),
    published: (...all: readonly RulesPublished[]) => inBatch((unit) => learnRules(rules)(all.map((value) => received({ type: 'RulesPublished', value }, value.point)), unit)),
    /** What was asked since the last time. */
    newlyAsked: () => asked.splice(0),
    isAway: (...orderIds: readonly string[]) => orderIds.forEach((orderId) => recallable.add(orderId)),
    commands: (...batch: readonly ContractCommand[]) => inBatch((unit) => answerContract(ports)(batch, unit)),
    answers: (...answers: readonly OfficeAnswer[]) => inBatch((unit) => settleSigning(ports)(answers, unit, office)),
    callback: (signFlowId: string, stamp: string) => inBatch(async (unit) => void await hearCallbacks(ports)([{ signFlowId, stamp }], unit)),
    check: (at: number) => {
      now = at;
      return inBatch((unit) => checkOpenFlows(ports)(unit));
    },
    statusOf: (orderId: string) => contracts.of(orderId)?.status,
  };
}

export const types = (told: readonly Outgoing[]): readonly string[] => told.map(({ type }) => type);
export const reasons = (told: readonly Outgoing[]): readonly string[] => told.flatMap(({ value }) => ('reason' in value ? [String(value.reason)] : []));
