import { defaultPolicy, type MessageOf, type ReceivableChanged, type RulesShadowed, type SimulationAsked } from '@order-mesh/contracts';
import { days, fen, type Fen, type Instant } from '@order-mesh/kernel';
import type { Outgoing, Received, Transaction, Unit } from '@order-mesh/messaging';
import { learnRules, memoryRuleBook, type RuleBook, type RulebookEvent, type SimulationEvent } from '@order-mesh/rulebook';
import { creditControl, hashOf, writeRuleSet, type RuleSet } from '@order-mesh/rules';
import { memoryCreditBook } from '../src/outbound/memory-credit-book.ts';
import { answerCredit, type CreditCommand } from '../src/usecases/answer-credit.ts';
import { learnMasterData, type MasterDataEvent } from '../src/usecases/learn-master-data.ts';
import { noteConfirmed, type OrderEvent } from '../src/usecases/note-confirmed.ts';
import type { CreditBook, CreditKeys } from '../src/usecases/ports.ts';

export const NOON: Instant = Date.UTC(2026, 5, 1, 4);
export const cny = (yuan: number): Fen => fen(BigInt(yuan) * 100n);

const silent = () => {};
export const quietLog = { debug: silent, info: silent, warn: silent, error: silent };

let count = 0;
const received = <Message extends Outgoing>(message: Message, key: string): Message & Pick<Received, 'id' | 'key' | 'at' | 'trace'> =>
  ({ ...message, id: `m${count += 1}`, key, at: NOON, trace: {} });

export const hold = (orderId: string, amount: Fen, { customerId = 'C1', approvalId = null as string | null, revision = 0, startedAt = NOON } = {}): CreditCommand =>
  received({ type: 'HoldCredit', value: { orderId, customerId, amount, approvalId, revision, startedAt } }, orderId);

export const release = (orderId: string): CreditCommand => received({ type: 'ReleaseCredit', value: { orderId } }, orderId);

export const customer = (creditLimit: Fen, { customerId = 'C1', changedAt = NOON } = {}): MasterDataEvent =>
  received({ type: 'CustomerChanged', value: { customerId, name: '华东文具有限公司', region: 'East', creditLimit, changedAt } }, customerId);

export const receivable = (open: Fen, facts: Partial<ReceivableChanged> = {}): MasterDataEvent => {
  const value = { receivableId: 'R1', customerId: 'C1', orderId: null, amount: open, open, dueAt: NOON + days(30), changedAt: NOON, ...facts };
  return received({ type: 'ReceivableChanged', value }, value.customerId);
};

/** Rules that freeze an account after so many days, and say nothing else. */
export const freezeAfter = (limit: number, changes: Partial<RuleSet['rules'][number]> = {}): RuleSet => ({
  point: creditControl.name,
  rules: [{
    id: 'freeze', title: `freeze after ${limit} days`, owner: 'finance', reason: 'a test', from: null, until: null, counts: 'now', when: { daysOverdue: `> ${limit}` },
    then: { verdict: 'ask', because: 'overdue' }, tests: [], ...changes,
  }],
});

export const simulationAsked = (changes: Partial<SimulationAsked>): SimulationEvent => received({
  type: 'SimulationAsked', value: { simulationId: 's1', point: creditControl.name, hash: '', content: '', since: 0, until: NOON + days(1), author: 'a', at: NOON, ...changes },
}, 's1');

export const published = (version: number, set: RuleSet): RulebookEvent => received({
  type: 'RulesPublished',
  value: { point: set.point, version, hash: hashOf(set), content: writeRuleSet(set), changeId: `c${version}`, author: 'a', approvedBy: 'b', reason: 'a test', at: NOON },
}, set.point);

export const shadowed = (shadowId: string, set: RuleSet, changes: Partial<RulesShadowed> = {}): RulebookEvent => received({
  type: 'RulesShadowed',
  value: {
    slot: `shadow:${set.point}`, point: set.point, shadowId, changeId: `c-${shadowId}`, hash: hashOf(set), content: writeRuleSet(set), author: 'a', since: NOON, until: NOON + days(7), endedBecause: '', at: NOON, ...changes,
  },
}, `shadow:${set.point}`);

export const confirmed = (orderId: string): OrderEvent => received({
  type: 'OrderConfirmed',
  value: {
    orderId, source: 'salesforce', externalId: 'x', customerId: 'C1', customerName: '华东文具有限公司', region: 'East', amount: cny(1), bookedAmount: cny(1),
    contractId: 'K1', waybill: 'W1', saleOrderCode: 'S1', receivableCode: 'R1', placedAt: NOON, confirmedAt: NOON, discount: cny(0),
  },
}, orderId);

/** Where the books are kept, and what a transaction is there. */
export interface Place {
  readonly book: CreditBook;
  readonly rules: RuleBook;
  readonly transaction: <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;
}

export const inMemory = (): Place => ({ book: memoryCreditBook(), rules: memoryRuleBook({ points: [creditControl], policy: defaultPolicy }), transaction: (work) => work({ kind: 'memory' }) });

/** The service over its books: each call is a batch in a transaction of its own, and returns what it sent. */
export function creditDesk({ book, rules, transaction }: Place = inMemory()) {
  const ports = { book, rules, log: quietLog };
  let now = NOON;
  const inBatch = <Message>(work: (batch: readonly Message[], unit: Unit) => Promise<void>) => async (...batch: readonly Message[]) => {
    // a transaction may be tried again: only what the last try sent counts
    return transaction(async (tx) => {
      const sent: Outgoing[] = [];
      await work(batch, { tx, now, send: (message) => sent.push(message), afterCommit: silent });
      return sent;
    });
  };
  const read = (keys: Partial<CreditKeys>) => transaction((tx) => book.load(tx, { customerIds: [], orderIds: [], receivableIds: [], ...keys }));
  return {
    commands: inBatch(answerCredit(ports)),
    masterData: inBatch(learnMasterData(ports)),
    orders: inBatch(noteConfirmed(ports)),
    published: inBatch<RulebookEvent>(learnRules(rules)),
    setNow: (instant: Instant) => { now = instant; },
    account: async (customerId = 'C1') => (await read({ customerIds: [customerId] })).accounts.get(customerId),
    holdOf: async (orderId: string) => (await read({ orderIds: [orderId] })).holds.get(orderId),
  };
}

export const held = (orderId: string, amount: Fen, exposure: Fen, limit: Fen): MessageOf<'CreditHeld'> =>
  ({ type: 'CreditHeld', value: { orderId, customerId: 'C1', amount, exposure, limit, revision: 0, decisions: expect.any(Array) } });

export const released = (orderId: string): MessageOf<'CreditReleased'> => ({ type: 'CreditReleased', value: { orderId } });

/** The reasons of the refusals among what was sent. */
export const refusals = (sent: readonly Outgoing[]): readonly string[] =>
  sent.flatMap((message) => (message.type === 'CreditRefused' ? [message.value.reason] : []));
