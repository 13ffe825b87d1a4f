import { defaultPolicy, type AnyMessage, type OrderPlaced } from '@order-mesh/contracts';
import { fen } from '@order-mesh/kernel';
import type { Received, Unit } from '@order-mesh/messaging';
import { silentLog } from '@order-mesh/platform';
import { definitionsOf } from '../domain/follow.ts';
import { orderToCash } from '../domain/order-to-cash.ts';
import { memorySagaBook } from '../outbound/memory-saga-book.ts';
import { stateFromJson, stateToJson } from '../outbound/state-json.ts';
import { advanceOrders } from './advance-orders.ts';
import { fireTimers } from './fire-timers.ts';

const order = (orderId: string, changes: Partial<OrderPlaced> = {}): OrderPlaced => ({
  orderId, source: 'salesforce', externalId: `sf-${orderId}`, customerId: 'C1', customerName: '海风商贸', region: '上海',
  lines: [{ lineNo: 1, sku: 'P1', name: 'LANTERN', quantity: 2, unit: 'PCS', unitPrice: fen(500), amount: fen(1_000) }],
  amount: fen(1_000), shipTo: { contact: '王芳', phone: '1', region: '上海', city: '上海', street: '1' }, placedAt: 0, ...changes,
});

function mesh() {
  const ports = { sagas: memorySagaBook(), definitions: definitionsOf([orderToCash(defaultPolicy)]), log: silentLog };
  const sent: AnyMessage[] = [];
  const unit = (now: number): Unit => ({ tx: { kind: 'memory' }, now, send: (message) => { sent.push(message); }, afterCommit: () => {} });
  const received = (message: AnyMessage): Received => ({ ...message, id: 'm', key: 'orderId' in message.value ? message.value.orderId ?? '' : '', at: 0, trace: {} });
  return {
    hears: async (...batch: AnyMessage[]) => {
      sent.length = 0;
      await advanceOrders(ports)(batch.map(received), unit(0));
      return sent.map(({ type }) => type);
    },
    waitsUntil: async (now: number) => {
      sent.length = 0;
      await fireTimers(ports)(unit(now));
      return sent.map(({ type }) => type);
    },
    sent,
  };
}

const place = (value: OrderPlaced): AnyMessage => ({ type: 'OrderPlaced', value });
const held: AnyMessage = { type: 'CreditHeld', value: { orderId: 'o1', customerId: 'C1', amount: fen(1_000), exposure: fen(1_000), limit: fen(9_000) } };
const cancel: AnyMessage = { type: 'CancelRequested', value: { orderId: 'o1', reason: 'changed', requestedBy: 'API', requestedAt: 0 } };

describe('advancing orders', () => {
  it('takes an order two steps further within one batch', async () => {
    expect(await mesh().hears(place(order('o1')), held)).toEqual(['HoldCredit', 'LockStock']);
  });

  it('keeps the orders of a batch apart', async () => {
    expect(await mesh().hears(place(order('o1')), place(order('o2')), held)).toEqual(['HoldCredit', 'HoldCredit', 'LockStock']);
  });

  it('ignores the same placement and tells of a different one under the same number', async () => {
    const { hears, sent } = mesh();
    await hears(place(order('o1')));
    expect(await hears(place(order('o1')))).toEqual(['PlacementIgnored']);
    expect(sent[0]).toMatchObject({ value: { reason: 'same-content' } });
    await hears(place(order('o1', { amount: fen(2_000) })));
    expect(sent[0]).toMatchObject({ value: { reason: 'different-content' } });
  });

  it('ends an unacceptable order at once, with all its faults in words', async () => {
    const { hears, sent } = mesh();
    await hears({ type: 'OrderUnacceptable', value: { orderId: 'o1', source: 'salesforce', externalId: 'x', customerId: null, reasons: ['it has no lines', 'it names no customer'], placedAt: 0 } });
    expect(sent).toMatchObject([{ type: 'OrderRejected', value: { step: 'border', detail: 'it has no lines; it names no customer' } }]);
    expect(await hears(held)).toEqual([]);
  });

  it('refuses to cancel what it does not know or what has ended, and says why', async () => {
    const { hears, sent } = mesh();
    await hears(cancel);
    expect(sent).toMatchObject([{ type: 'CancelRefused', value: { reason: 'unknown-order' } }]);
    await hears({ type: 'OrderUnacceptable', value: { orderId: 'o1', source: '', externalId: '', customerId: null, reasons: ['x'], placedAt: 0 } });
    await hears(cancel);
    expect(sent).toMatchObject([{ type: 'CancelRefused', value: { reason: 'already-rejected' } }]);
  });

  it('undoes a step that did not answer in time, once', async () => {
    const { hears, waitsUntil } = mesh();
    await hears(place(order('o1')));
    expect(await waitsUntil(29_999)).toEqual([]);
    expect(await waitsUntil(30_000)).toEqual(['ReleaseCredit']);
    expect(await waitsUntil(30_001)).toEqual([]);
  });

  it('brings a state back from JSON to the fen', () => {
    const state = { status: 'running', definition: 'd@1', id: 'o1', facts: { order: order('o1') }, startedAt: 0, step: 'credit', phase: { type: 'asked', approvalId: null }, deadline: 1 } as const;
    expect(stateFromJson(stateToJson(state))).toEqual(state);
  });
});
