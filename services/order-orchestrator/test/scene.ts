import { defaultPolicy, type AnyMessage, type MessageOf, type OrderPlaced } from '@order-mesh/contracts';
import { fen } from '@order-mesh/kernel';
import type { Received, Unit } from '@order-mesh/messaging';
import { silentLog } from '@order-mesh/platform';
import { definitionsOf } from '../src/domain/follow.ts';
import { happeningsOf, type Move } from '../src/domain/happening.ts';
import type { OrderCase } from '../src/domain/order-case.ts';
import { orderToCash1 } from '../src/domain/order-to-cash-1.ts';
import { orderToCash } from '../src/domain/order-to-cash.ts';
import { memoryCaseBook } from '../src/outbound/memory-case-book.ts';
import { memorySagaBook } from '../src/outbound/memory-saga-book.ts';
import { advanceOrders } from '../src/usecases/advance-orders.ts';
import { findStuckOrders } from '../src/usecases/find-stuck-orders.ts';
import { fireTimers } from '../src/usecases/fire-timers.ts';

export const order = (orderId: string, changes: Partial<OrderPlaced> = {}): OrderPlaced => ({
  orderId, source: 'salesforce', externalId: `sf-${orderId}`, customerId: 'C1', customerName: '海风商贸', region: '上海',
  lines: [{ lineNo: 1, sku: 'P1', name: 'LANTERN', quantity: 2, unit: 'PCS', unitPrice: fen(500), amount: fen(1_000) }],
  amount: fen(1_000), shipTo: { contact: '王芳', phone: '1', region: '上海', city: '上海', street: '1' }, placedAt: 0, placedBy: '', ...changes,
});

/** What it costs: what it was ordered for, unless it is told. */
export const priced = (orderId: string, amount = 1_000, revision = 0): MessageOf<'OrderPriced'> =>
  ({ type: 'OrderPriced', value: { orderId, customerId: 'C1', listAmount: fen(amount), amount: fen(amount), discounts: [], revision, decisions: [], cuts: [], cost: null } });

export const place = (value: OrderPlaced): AnyMessage => ({ type: 'OrderPlaced', value });

/** The messages of an order whose contract was signed while it was being cancelled. */
export const told = (orderId: string) => ({
  placed: place(order(orderId)),
  held: { type: 'CreditHeld', value: { orderId, customerId: 'C1', amount: fen(1_000), exposure: fen(1_000), limit: fen(9_000), revision: 0, decisions: [] } },
  locked: { type: 'StockLocked', value: { orderId, locks: [], revision: 0 } },
  cancel: { type: 'CancelRequested', value: { orderId, reason: 'changed', requestedBy: 'API', requestedAt: 0 } },
  voidRefused: { type: 'VoidRefused', value: { orderId, reason: 'signed', detail: 'both parties have signed' } },
  stockReleased: { type: 'StockReleased', value: { orderId } },
  creditReleased: { type: 'CreditReleased', value: { orderId } },
  priceReleased: { type: 'PriceReleased', value: { orderId } },
  voided: { type: 'ContractVoided', value: { orderId } },
  assign: { type: 'AssignCase', value: { orderId, assignee: '李娜', assignedBy: '王芳', assignedAt: 0 } },
  decide: (decision: string): AnyMessage => ({ type: 'DecideCase', value: { orderId, decision, decidedBy: '李娜', note: 'both parties agree', decidedAt: 0 } }),
}) as const satisfies Readonly<Record<string, AnyMessage | ((decision: string) => AnyMessage)>>;

/** All that happens to an order until it needs a person. */
export function untilManual(orderId: string): readonly AnyMessage[] {
  const { placed, held, locked, cancel, voidRefused, stockReleased, creditReleased, priceReleased } = told(orderId);
  return [placed, priced(orderId), held, locked, cancel, voidRefused, stockReleased, creditReleased, priceReleased];
}

/** The service in memory: tells what it sends. */
export function mesh({ stuckAfterMinutes = 15 } = {}) {
  const rows = new Map<string, OrderCase>();
  const moves: Move[] = [];
  const sagas = memorySagaBook(rows);
  const ports = { sagas, cases: memoryCaseBook(sagas, rows), definitions: definitionsOf([orderToCash(defaultPolicy), orderToCash1(defaultPolicy)]), rules: { ...defaultPolicy.cases, stuckAfterMinutes }, log: silentLog, watch: { moved: (all: readonly Move[]) => { moves.push(...all); } } };
  const sent: AnyMessage[] = [];
  const unit = (now: number): Unit => ({ tx: { kind: 'memory' }, now, send: (message) => { sent.push(message); }, afterCommit: (action) => { action(); } });
  const received = (message: AnyMessage): Received => ({ ...message, id: 'm', key: 'orderId' in message.value ? message.value.orderId ?? '' : '', at: 0, trace: {} });
  const saying = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
    sent.length = 0;
    await work();
    return sent.map(({ type }) => type);
  };
  return {
    hears: (...batch: readonly AnyMessage[]) => saying(() => advanceOrders(ports)(batch.map(received), unit(0))),
    hearsAt: (now: number, ...batch: readonly AnyMessage[]) => saying(() => advanceOrders(ports)(batch.map(received), unit(now))),
    waitsUntil: (now: number) => saying(() => fireTimers(ports)(unit(now))),
    looksForStuck: (now: number) => saying(() => findStuckOrders(ports)(unit(now))),
    sent, sagas, happenings: () => moves.flatMap((move) => happeningsOf(ports.definitions, move)), caseOf: (orderId: string) => rows.get(orderId),
    state: async (orderId: string) => (await sagas.load({ kind: 'memory' }, [orderId])).get(orderId)?.state,
  };
}
