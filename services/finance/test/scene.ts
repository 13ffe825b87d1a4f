import type { OrderConfirmed } from '@order-mesh/contracts';
import { fen, type Instant } from '@order-mesh/kernel';
import type { Outgoing, Received, Transaction, Unit } from '@order-mesh/messaging';
import { memoryLedger } from '../src/outbound/memory-ledger.ts';
import type { Ledger } from '../src/usecases/ports.ts';
import { recordConfirmed, type OrderEvent } from '../src/usecases/record-confirmed.ts';

export const NOON: Instant = Date.UTC(2026, 5, 1, 4);
export const TX: Transaction = { kind: 'memory' };

let count = 0;
const received = <Message extends Outgoing>(message: Message, key: string): Message & Pick<Received, 'id' | 'key' | 'at' | 'trace'> =>
  ({ ...message, id: `m${count += 1}`, key, at: NOON, trace: {} });

export const order = (orderId: string, facts: Partial<OrderConfirmed> = {}): OrderConfirmed => ({
  orderId, source: 'salesforce', externalId: '801xx', customerId: 'C1', customerName: '华东文具有限公司', region: 'East', amount: fen(1_230_000n),
  bookedAmount: fen(1_230_000n), contractId: 'K1', waybill: 'SF1', saleOrderCode: 'SO1', receivableCode: 'AR1', placedAt: NOON - 60_000, confirmedAt: NOON - 1_000, ...facts,
});

export const confirmed = (orderId: string, facts: Partial<OrderConfirmed> = {}): OrderEvent => received({ type: 'OrderConfirmed', value: order(orderId, facts) }, orderId);

export const rejected = (orderId: string): OrderEvent => received({
  type: 'OrderRejected', value: { orderId, source: 'salesforce', externalId: '801xx', step: 'credit', reason: 'over-limit', detail: 'too much', at: NOON },
}, orderId);

/** The service over a ledger in memory: each call is a batch, and returns what it sent. `errors` are those logged. */
export function financeDesk(ledger: Ledger = memoryLedger()) {
  const errors: string[] = [];
  const silent = () => {};
  const record = recordConfirmed({ ledger, log: { debug: silent, info: silent, warn: silent, error: (event) => errors.push(event) } });
  return {
    errors,
    orders: async (...batch: readonly OrderEvent[]) => {
      const sent: Outgoing[] = [];
      const unit: Unit = { tx: TX, now: NOON, send: (message) => sent.push(message), afterCommit: silent };
      await record(batch, unit);
      return sent;
    },
  };
}

/** The numbers of the entries told. */
export const numbers = (sent: readonly Outgoing[]): readonly number[] => sent.flatMap((message) => (message.type === 'OrderRecorded' ? [message.value.entryNo] : []));
