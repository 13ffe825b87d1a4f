import { setTimeout as wait } from 'node:timers/promises';
import type { BookOrder } from '@order-mesh/contracts';
import { fen, hours, seconds, systemClock, timesFen } from '@order-mesh/kernel';
import type { Outgoing, Unit } from '@order-mesh/messaging';
import { memoryCallLedger, type CallLedger, type DeskRuntime } from '@order-mesh/outbound';
import { createCongestion, createMetrics, silentLog } from '@order-mesh/platform';
import type { LedgerDocument, U8Simulator } from '@order-mesh/u8-simulator';
import { loadSample } from '@order-mesh/simulator';
import type { U8Config } from '../src/config.ts';
import { openDoor } from '../src/outbound/door.ts';
import { memoryBookings } from '../src/outbound/memory-bookings.ts';
import { memoryKnownFacts } from '../src/outbound/memory-known-facts.ts';
import { bookingDesk } from '../src/outbound/u8/booking-desk.ts';
import { answerBooking, type BookingCommand } from '../src/usecases/answer-booking.ts';
import type { Bookings } from '../src/usecases/ports.ts';
import { readMasterData } from '../src/usecases/read-master-data.ts';
import { settleBooking } from '../src/usecases/settle-booking.ts';

export const sample = loadSample();

/** A real basket of the sample as a command to book it. */
export function basket(orderId: string, index = 0, change: Partial<BookOrder> = {}): BookOrder {
  const order = sample.orders[index];
  if (!order) throw new Error(`the sample has no order ${index}`);
  const lines = order.lines.map(({ sku, quantity, unitPriceFen }, place) => {
    const unitPrice = fen(unitPriceFen);
    return { lineNo: place + 1, sku, name: sku, quantity, unit: '件', unitPrice, amount: timesFen(unitPrice, quantity) };
  });
  const amount = fen(lines.reduce((sum, line) => sum + line.amount, 0n));
  return { orderId, customerId: order.customerId, contractId: `HT-${orderId}`, waybill: 'SF1', lines, amount, discounts: [], ...change };
}

export interface Memory {
  readonly bookings: Bookings;
  readonly ledger: CallLedger;
}

export const emptyMemory = (): Memory => ({ bookings: memoryBookings(), ledger: memoryCallLedger() });

/** The booking half of the service over memory and a real U8; `memory` outlives it, as the database does. */
export function startBooking(config: U8Config, memory: Memory = emptyMemory(), giveUpAfter = hours(2)) {
  const answers: Outgoing[] = [];
  const stops: (() => Promise<void>)[] = [];
  const alive = { yes: true };
  const submit = oneAtATime(answers, alive);
  const runtime: DeskRuntime = {
    submit, log: silentLog, clock: systemClock, metrics: createMetrics({ processMetrics: false }),
    database: { query: () => Promise.reject(new Error('no database')), transaction: () => Promise.reject(new Error('no database')), close: async () => {} },
    repeat(_name, every, work) {
      const timer = setInterval(() => void (alive.yes && work().catch(() => {})), every);
      stops.push(async () => clearInterval(timer));
    },
    onStop: (stop) => void stops.push(stop),
    congestion: createCongestion(silentLog, createMetrics({ processMetrics: false })),
  };
  const door = openDoor(config, { clock: systemClock, log: silentLog });
  const ports = { bookings: memory.bookings, log: silentLog };
  const calls = bookingDesk({
    runtime, books: door.books, giveUpAfter, company: 'ds 1', ledger: memory.ledger,
    limits: { concurrency: 8, perSecond: 1_000, timeoutMs: seconds(5), firstRetryMs: 20, maxRetryMs: 200 },
    settle: (asked) => settleBooking({ ...ports, calls: asked }),
  });
  const handle = answerBooking({ ...ports, calls });
  let offset = 0;
  const command = (message: Outgoing<'BookOrder'> | Outgoing<'UnbookOrder'>): BookingCommand =>
    ({ ...message, id: `m${offset += 1}`, key: message.value.orderId, at: systemClock.now(), trace: {} });
  return {
    answers,
    book: (...orders: readonly BookOrder[]) => submit((unit) => handle(orders.map((value) => command({ type: 'BookOrder', value })), unit)),
    unbook: (...orderIds: readonly string[]) => submit((unit) => handle(orderIds.map((orderId) => command({ type: 'UnbookOrder', value: { orderId } })), unit)),
    batch: (...messages: readonly (Outgoing<'BookOrder'> | Outgoing<'UnbookOrder'>)[]) => submit((unit) => handle(messages.map(command), unit)),
    /** As `kill -9`: nothing more is written, told or asked. */
    kill: () => { alive.yes = false; },
    async stop() {
      for (const stop of stops.reverse()) await stop();
      door.close();
    },
  };
}

/** The reading half of the service over memory and a real U8. */
export function startReading(config: U8Config, batchRows = 500) {
  const told: Outgoing[] = [];
  const door = openDoor(config, { clock: systemClock, log: silentLog });
  const read = readMasterData({ lists: door.lists, known: memoryKnownFacts(), submit: oneAtATime(told), log: silentLog, batchRows });
  return {
    close: door.close,
    /** Reads once and answers what was told. */
    async read(): Promise<readonly Outgoing[]> {
      await read();
      return told.splice(0);
    },
  };
}

/** Waits until the answers are as wanted; throws with what there is after `limit`. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string, limit = seconds(15)): Promise<void> {
  const end = Date.now() + limit;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`waited ${limit} ms in vain: ${what}`);
    await wait(10);
  }
}

export async function documentsOf(u8: U8Simulator, orderId?: string): Promise<readonly LedgerDocument[]> {
  const answer = await fetch(`${u8.url}/_sim/ledger`);
  const { documents } = await answer.json() as { readonly documents: readonly LedgerDocument[] };
  return documents.filter(({ seeded, externalRef }) => !seeded && (orderId === undefined || externalRef === orderId));
}

export const stateOf = (documents: readonly LedgerDocument[]): readonly string[] => documents.map(({ kind, state }) => `${kind} ${state}`).sort();

type SubmitAny = <Result>(work: (unit: Unit) => Promise<Result>) => Promise<Result>;

function oneAtATime(sent: Outgoing[], alive = { yes: true }): SubmitAny {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(async () => {
      if (!alive.yes) await new Promise(() => {});
      const after: (() => void)[] = [];
      const unit: Unit = { tx: { kind: 'memory' }, now: systemClock.now(), send: (message) => void sent.push(message), afterCommit: (action) => void after.push(action) };
      const result = await work(unit);
      for (const action of after) action();
      return result;
    });
    last = turn.catch(() => {});
    return turn;
  };
}
