import { Module } from '@nestjs/common';
import { outboundMigrations } from '@order-mesh/outbound';
import { statementDesk, type Runtime, type ServiceDefinition } from '@order-mesh/platform';
import { readErpAdapterConfig, type ErpAdapterConfig, type U8Config } from './config.ts';
import { ANSWER_BOOKING, ErpInbound, GIVE_STATEMENT, TAKE_BACK_DOCUMENTS } from './inbound/erp-inbound.ts';
import { scheduleReading } from './inbound/schedules.ts';
import { pgBookings, readBookingsAhead } from './outbound/pg-bookings.ts';
import { pgKnownFacts } from './outbound/pg-known-facts.ts';
import { openDoor } from './outbound/door.ts';
import { bookingDesk } from './outbound/u8/booking-desk.ts';
import { answerBooking } from './usecases/answer-booking.ts';
import { readMasterData } from './usecases/read-master-data.ts';
import type { BookingCalls, ErpLists, ErpStatement } from './usecases/ports.ts';
import { settleBooking, type SettleBooking } from './usecases/settle-booking.ts';
import { takeBackDocuments } from './usecases/take-back-documents.ts';

@Module({})
class ErpAdapterModule {}

// A booking is up to eight requests, one after the other
const REQUESTS_A_BOOKING = 8;

/** An ERP: where orders are booked, whose lists are read, and which documents it holds for orders. */
export interface Erp {
  /** What it answers goes to the `SettleBooking` made for these calls. */
  readonly bookings: (settle: (calls: BookingCalls) => SettleBooking) => BookingCalls;
  readonly lists: ErpLists;
  readonly statement: ErpStatement;
}

export type OpenErp = (runtime: Runtime<ErpAdapterConfig>) => Erp;

const u8Erp: OpenErp = (runtime) => {
  const { config, clock, log } = runtime;
  const { books, lists, statement, close } = openDoor(config.u8, { clock, log });
  runtime.onStop(async () => { close(); });
  const limits = { concurrency: config.concurrency, perSecond: config.bookingsPerSecond, ledgerPerSecond: config.companyBookingsPerSecond, timeoutMs: config.u8.timeout * REQUESTS_A_BOOKING };
  return { bookings: (settle) => bookingDesk({ runtime, books, giveUpAfter: config.giveUpAfter, company: companyOf(config.u8), limits, settle }), lists, statement };
};

// EAI's sender is bound to one company, and is as good as its password
const companyOf = (u8: U8Config): string => (u8.mode === 'eai' ? 'eai' : `ds ${u8.dataSource}`);

/** The service with another ERP behind the same ports. */
export const erpAdapterServiceWith = (openErp: OpenErp): ServiceDefinition<ErpAdapterConfig> => ({
  name: 'erp-adapter',
  migrations: new URL('../migrations/', import.meta.url),
  mechanisms: [outboundMigrations],
  readConfig: readErpAdapterConfig,
  readAhead: readBookingsAhead,
  module: (runtime) => {
    const { config, log, submit, database } = runtime;
    const erp = openErp(runtime);
    const ports = { bookings: pgBookings, log };
    const calls = erp.bookings((asked) => settleBooking({ ...ports, calls: asked }));
    const read = readMasterData({ lists: erp.lists, known: pgKnownFacts(database), submit, log, batchRows: config.batchRows });
    scheduleReading(runtime, config.poll, read);
    const giveStatement = statementDesk(runtime, {
      side: 'erp', read: (from) => erp.statement.documentsSince(from), messageOf: (page, documents) => ({ type: 'ErpStatement', value: { ...page, documents } }),
    });
    return {
      module: ErpAdapterModule,
      controllers: [ErpInbound],
      providers: [
        { provide: ANSWER_BOOKING, useValue: answerBooking({ ...ports, calls }) },
        { provide: GIVE_STATEMENT, useValue: giveStatement },
        { provide: TAKE_BACK_DOCUMENTS, useValue: takeBackDocuments({ calls, log }) },
      ],
    };
  },
});

/** Is it booked in U8, once; and what does U8 know? */
export const erpAdapterService = erpAdapterServiceWith(u8Erp);

export type { BookingCalls, ErpLists } from './usecases/ports.ts';
export type { SettleBooking } from './usecases/settle-booking.ts';
export { apiStatement } from './outbound/openapi/statement.ts';
export { bookingDesk } from './outbound/u8/booking-desk.ts';
export { openApiBooks } from './outbound/openapi/books.ts';
export type { U8 } from './outbound/openapi/client.ts';
