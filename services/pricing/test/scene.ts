import { defaultPolicy, type OrderLine, type OrderPriced, type PriceOrder, type ReceivableChanged } from '@order-mesh/contracts';
import { days, fen, timesFen, type Fen, type Instant } from '@order-mesh/kernel';
import type { Outgoing, Received, Transaction, Unit } from '@order-mesh/messaging';
import { learnRules, memoryRuleBook, type RuleBook, type RulebookEvent } from '@order-mesh/rulebook';
import { hashOf, writeRuleSet, type Rule, type RuleSet } from '@order-mesh/rules';
import { pricingPoints } from '../src/domain/pricing-rules.ts';
import { memoryPricingBook } from '../src/outbound/memory-pricing-book.ts';
import { answerPricing, type PricingCommand } from '../src/usecases/answer-pricing.ts';
import { learnMasterData, type MasterDataEvent } from '../src/usecases/learn-master-data.ts';
import type { PricingBook } from '../src/usecases/ports.ts';

export const NOON: Instant = Date.UTC(2026, 5, 1, 4);
export const cny = (yuan: number): Fen => fen(BigInt(Math.round(yuan * 100)));

const silent = () => {};
export const quietLog = { debug: silent, info: silent, warn: silent, error: silent };

let count = 0;
const received = <Message extends Outgoing>(message: Message, key: string): Message & Pick<Received, 'id' | 'key' | 'at' | 'trace'> =>
  ({ ...message, id: `m${count += 1}`, key, at: NOON, trace: {} });

/** Lines of so many units at so many fen. */
export const linesOf = (...lines: readonly (readonly [number, number])[]): readonly OrderLine[] => lines.map(([quantity, price], index) => ({
  lineNo: index + 1, sku: `P${index + 1}`, name: 'LANTERN', quantity, unit: '件', unitPrice: fen(price), amount: timesFen(fen(price), quantity),
}));

/** An ask for the price of an order; of one line over `yuan` when no lines are given. */
export function price(orderId: string, yuan: number, { lines = linesOf([1, yuan * 100]), ...facts }: Partial<PriceOrder> = {}): PricingCommand {
  const amount = fen(lines.reduce((sum, line) => sum + line.amount, 0n));
  return received({ type: 'PriceOrder', value: { orderId, customerId: 'C1', region: '华东', lines, amount, approvalId: null, revision: 0, startedAt: NOON, ...facts } }, orderId);
}

export const release = (orderId: string): PricingCommand => received({ type: 'ReleasePrice', value: { orderId } }, orderId);

export const customer = (customerId = 'C1'): MasterDataEvent =>
  received({ type: 'CustomerChanged', value: { customerId, name: '华东文具有限公司', region: '华东', creditLimit: cny(1_000_000), changedAt: NOON } }, customerId);

export const receivable = (facts: Partial<ReceivableChanged> = {}): MasterDataEvent => {
  const value = { receivableId: 'R1', customerId: 'C1', orderId: null, amount: cny(1), open: cny(1), dueAt: NOON + days(30), changedAt: NOON, ...facts };
  return received({ type: 'ReceivableChanged', value }, value.customerId);
};

/** What a unit of a product costs the company, in fen. */
export const costs = (sku: string, unitCost: number | null): MasterDataEvent =>
  received({ type: 'ProductCostChanged', value: { sku, unitCost: unitCost === null ? null : fen(BigInt(unitCost)), changedAt: NOON } }, sku);

export type Point = keyof typeof pricingPoints;

/** Rules at a point, the first that holds decides. */
export const rulesAt = (point: Point, ...rules: readonly Pick<Rule, 'id' | 'when' | 'then'>[]): RuleSet => ({
  point: pricingPoints[point].name, rules: rules.map((rule) => ({ title: `rule ${rule.id}`, owner: 'sales', reason: 'a test', from: null, until: null, counts: 'now', tests: [], ...rule })),
});

/** Every line keeps a margin of so many hundredths of a percent. */
export const keeping = (least: number): RuleSet => rulesAt('guard', { id: 'least-margin', when: {}, then: { least } });

/** The first order of a customer over 200 yuan or more costs 30 less, until the budget is gone. */
export const firstOrder = (budget = 0): RuleSet => rulesAt('promotion', { id: 'first-order', when: { isFirstOrder: 'true', amount: '>= 200' }, then: { off: 3_000, percentOff: 0, budget } });

export const published = (version: number, set: RuleSet): RulebookEvent => received({
  type: 'RulesPublished',
  value: { point: set.point, version, hash: hashOf(set), content: writeRuleSet(set), changeId: `c${version}`, author: 'a', approvedBy: 'b', reason: 'a test', at: NOON },
}, set.point);

/** Where prices are kept, and what a transaction is there. */
export interface Place {
  readonly book: PricingBook;
  readonly rules: RuleBook;
  readonly transaction: <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;
}

export const inMemory = (): Place =>
  ({ book: memoryPricingBook(), rules: memoryRuleBook({ points: Object.values(pricingPoints), policy: defaultPolicy }), transaction: (work) => work({ kind: 'memory' }) });

/** The service over its book: each call is a batch in a transaction of its own, and returns what it sent. */
export function pricingDesk({ book, rules, transaction }: Place = inMemory()) {
  const ports = { book, rules, log: quietLog };
  const inBatch = <Message>(work: (batch: readonly Message[], unit: Unit) => Promise<void>) => async (...batch: readonly Message[]) => transaction(async (tx) => {
    // a transaction may be tried again: only what the last try sent counts
    const sent: Outgoing[] = [];
    await work(batch, { tx, now: NOON, send: (message) => sent.push(message), afterCommit: silent });
    return sent;
  });
  return {
    commands: inBatch(answerPricing(ports)),
    masterData: inBatch(learnMasterData(ports)),
    published: inBatch<RulebookEvent>(learnRules(rules)),
    customer: async (customerId = 'C1') => transaction(async (tx) => (await book.load(tx, { customerIds: [customerId], orderIds: [] })).customers.get(customerId)),
    quoteOf: async (orderId: string) => transaction(async (tx) => (await book.load(tx, { customerIds: [], orderIds: [orderId] })).quotes.get(orderId)),
    budget: async (rule = 'first-order') => transaction(async (tx) => (await book.budgets(tx, [rule])).get(rule)),
  };
}

/** A desk that only decides by these rules. */
export async function deskWith(sets: readonly RuleSet[], place?: Place) {
  const desk = pricingDesk(place);
  const bare = (Object.keys(pricingPoints) as readonly Point[]).map((point) => rulesAt(point)).filter(({ point }) => sets.every((set) => set.point !== point));
  await desk.published(...[...bare, ...sets].map((set) => published(1, set)));
  await desk.masterData(customer());
  return desk;
}

/** What was priced, by order. */
export const pricesIn = (sent: readonly Outgoing[]): readonly Pick<OrderPriced, 'orderId' | 'amount' | 'listAmount'>[] =>
  sent.flatMap((message) => (message.type === 'OrderPriced' ? [{ orderId: message.value.orderId, amount: message.value.amount, listAmount: message.value.listAmount }] : []));
