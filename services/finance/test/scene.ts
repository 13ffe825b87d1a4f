import type { OrderConfirmed } from '@order-mesh/contracts';
import { fen, type Instant } from '@order-mesh/kernel';
import type { Outgoing, Received, Transaction, Unit } from '@order-mesh/messaging';
import { memoryLedger } from '../src/outbound/memory-ledger.ts';
import type { Ledger } from '../src/usecases/ports.ts';
import { recordConfirmed, type OrderEvent } from '../src/usecases/record-confirmed.ts';

export const NOON: Instant = Date.UTC(2026, 5, 1, 4);

let count = 0;
const received = <Message extends Outgoing>(message: Message, key: string): Message & Pick<Received, 'id' | 'key' | 'at' | 'trace'> =>
  ({ ...message, id: `m${count += 1}`, key, at: NOON, trace: {} });

export const order = (orderId: string, facts: Partial<OrderConfirmed> = {}): OrderConfirmed => ({
  orderId, source: 'salesforce', externalId: '801xx', customerId: 'C1', customerName: '华东文具有限公司', region: 'East', amount: fen(1_230_000n),
  bookedAmount: fen(1_230_000n), contractId: 'K1', waybill: 'SF1', saleOrderCode: 'SO1', receivableCode: 'AR1', placedAt: NOON - 60_000, confirmedAt: NOON - 1_000, discount: fen(0), ...facts,
});

export const confirmed = (orderId: string, facts: Partial<OrderConfirmed> = {}): OrderEvent => received({ type: 'OrderConfirmed', value: order(orderId, facts) }, orderId);

export const rejected = (orderId: string): OrderEvent => received({
  type: 'OrderRejected', value: { orderId, source: 'salesforce', externalId: '801xx', step: 'credit', reason: 'over-limit', detail: 'too much', at: NOON },
}, orderId);

/** Where the ledger is kept, and what a transaction is there. */
export interface Place {
  readonly ledger: Ledger;
  readonly transaction: <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;
}

export const inMemory = (): Place => ({ ledger: memoryLedger(), transaction: (work) => work({ kind: 'memory' }) });

/** Orders O1, O3, O5… are numbered in series 1, O2, O4, O6… in series 2. */
export const seriesOf = (orderId: string): number => (Number(orderId.slice(1)) % 2 === 0 ? 2 : 1);

/** The service over its ledger: each call is a batch in a transaction of its own, and returns what it sent. `errors` are those logged, `entered` what was measured. */
export function financeDesk({ ledger, transaction }: Place = inMemory()) {
  const errors: string[] = [];
  const entered: string[] = [];
  const silent = () => {};
  const record = recordConfirmed({ ledger, seriesOf, watch: { entered: (all) => { entered.push(...all.map(({ orderId }) => orderId)); } }, log: { debug: silent, info: silent, warn: silent, error: (event) => errors.push(event) } });
  return {
    errors, entered,
    orders: async (...batch: readonly OrderEvent[]) => {
      const sent: Outgoing[] = [];
      const unitOf = (tx: Transaction): Unit => ({ tx, now: NOON, send: (message) => sent.push(message), afterCommit: (action) => { action(); } });
      await transaction((tx) => record(batch, unitOf(tx)));
      return sent;
    },
  };
}

/** The numbers of the entries told, as series-number. */
export const numbers = (sent: readonly Outgoing[]): readonly string[] =>
  sent.flatMap((message) => (message.type === 'OrderRecorded' ? [`${message.value.series}-${message.value.entryNo}`] : []));
