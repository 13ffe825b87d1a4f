import { defaultPolicy, type StockLevelChanged, type StockLine } from '@order-mesh/contracts';
import { fen, type Instant } from '@order-mesh/kernel';
import type { Outgoing, Received, Transaction, Unit } from '@order-mesh/messaging';
import { memoryRuleBook, type RuleBook } from '@order-mesh/rulebook';
import { replenishment } from '@order-mesh/rules';
import type { Level } from '../src/domain/level.ts';
import { memoryStockBook } from '../src/outbound/memory-stock-book.ts';
import { answerStock, type StockCommand } from '../src/usecases/answer-stock.ts';
import { commitConfirmed, type OrderEvent } from '../src/usecases/commit-confirmed.ts';
import { expireLocks } from '../src/usecases/expire-locks.ts';
import { learnMasterData, type MasterDataEvent } from '../src/usecases/learn-master-data.ts';
import type { StockBook, StockKeys } from '../src/usecases/ports.ts';

export const NOON: Instant = Date.UTC(2026, 5, 1, 4);

const silent = () => {};
export const quietLog = { debug: silent, info: silent, warn: silent, error: silent };

let count = 0;
const received = <Message extends Outgoing>(message: Message, key: string): Message & Pick<Received, 'id' | 'key' | 'at' | 'trace'> =>
  ({ ...message, id: `m${count += 1}`, key, at: NOON, trace: {} });

export const line = (sku: string, quantity: number): StockLine => ({ sku, quantity });

export const lock = (orderId: string, ...lines: readonly StockLine[]): StockCommand => received({ type: 'LockStock', value: { orderId, lines, revision: 0 } }, orderId);

/** The order asks again, amended so often. */
export const amend = (orderId: string, revision: number, ...lines: readonly StockLine[]): StockCommand => received({ type: 'LockStock', value: { orderId, lines, revision } }, orderId);

export const release = (orderId: string): StockCommand => received({ type: 'ReleaseStock', value: { orderId } }, orderId);

export const counted = (sku: string, onHand: number, facts: Partial<StockLevelChanged> = {}): MasterDataEvent =>
  received({ type: 'StockLevelChanged', value: { sku, warehouse: 'W1', onHand, safetyStock: 0, changedAt: NOON, ...facts } }, sku);

export const confirmed = (orderId: string): OrderEvent => received({
  type: 'OrderConfirmed',
  value: {
    orderId, source: 'salesforce', externalId: 'x', customerId: 'C1', customerName: '华东文具有限公司', region: 'East', amount: fen(1), bookedAmount: fen(1),
    contractId: 'K1', waybill: 'W1', saleOrderCode: 'S1', receivableCode: 'R1', placedAt: NOON, confirmedAt: NOON, discount: fen(0),
  },
}, orderId);

/** Where the books are kept, and what a transaction is there. */
export interface Place {
  readonly book: StockBook;
  readonly rules: RuleBook;
  readonly transaction: <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;
}

export const inMemory = (): Place => ({ book: memoryStockBook(), rules: memoryRuleBook({ points: [replenishment], policy: defaultPolicy }), transaction: (work) => work({ kind: 'memory' }) });

/** The service over its books: each call is a batch in a transaction of its own, and returns what it sent. */
export function stockDesk({ book, rules, transaction }: Place = inMemory()) {
  const ports = { book, rules, policy: defaultPolicy, log: quietLog };
  let now = NOON;
  const inUnit = async (work: (unit: Unit) => Promise<void>) => {
    // a transaction may be tried again: only what the last try sent counts
    return transaction(async (tx) => {
      const sent: Outgoing[] = [];
      await work({ tx, now, send: (message) => sent.push(message), afterCommit: silent });
      return sent;
    });
  };
  const inBatch = <Message>(work: (batch: readonly Message[], unit: Unit) => Promise<void>) => (...batch: readonly Message[]) =>
    inUnit((unit) => work(batch, unit));
  const read = (keys: Partial<StockKeys>) => transaction((tx) => book.load(tx, { skus: [], orderIds: [], ...keys }));
  return {
    commands: inBatch(answerStock(ports)),
    masterData: inBatch(learnMasterData(ports)),
    orders: inBatch(commitConfirmed(ports)),
    expire: (atMost = 500) => inUnit(expireLocks(ports, atMost)),
    setNow: (instant: Instant) => { now = instant; },
    level: async (sku: string, warehouse = 'W1'): Promise<Level | undefined> =>
      (await read({ skus: [sku] })).shelves.get(sku)?.levels.find((level) => level.warehouse === warehouse),
    lockOf: async (orderId: string) => (await read({ orderIds: [orderId] })).locks.get(orderId),
  };
}

/** The reasons of the refusals among what was sent. */
export const refusals = (sent: readonly Outgoing[]): readonly string[] =>
  sent.flatMap((message) => (message.type === 'StockRefused' ? [message.value.reason] : []));

/** The purchases suggested among what was sent. */
export const suggestions = (sent: readonly Outgoing[]) =>
  sent.flatMap((message) => (message.type === 'ReplenishmentSuggested' ? [message.value] : []));
