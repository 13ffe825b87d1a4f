import { Module } from '@nestjs/common';
import { outboundMigrations } from '@order-mesh/outbound';
import type { ServiceDefinition } from '@order-mesh/platform';
import { readErpAdapterConfig, type ErpAdapterConfig } from './config.ts';
import { ANSWER_BOOKING, ErpInbound } from './inbound/erp-inbound.ts';
import { scheduleReading } from './inbound/schedules.ts';
import { pgBookings } from './outbound/pg-bookings.ts';
import { pgKnownFacts } from './outbound/pg-known-facts.ts';
import { bookingDesk } from './outbound/u8/booking-desk.ts';
import { openU8 } from './outbound/u8/client.ts';
import { u8Lists } from './outbound/u8/lists.ts';
import { answerBooking } from './usecases/answer-booking.ts';
import { readMasterData } from './usecases/read-master-data.ts';
import { settleBooking } from './usecases/settle-booking.ts';

@Module({})
class ErpAdapterModule {}

// A booking is up to eight requests, one after the other
const REQUESTS_A_BOOKING = 8;

/** Is it booked in U8, once; and what does U8 know? */
export const erpAdapterService: ServiceDefinition<ErpAdapterConfig> = {
  name: 'erp-adapter',
  migrations: new URL('../migrations/', import.meta.url),
  mechanisms: [outboundMigrations],
  readConfig: readErpAdapterConfig,
  module: (runtime) => {
    const { config, log, clock, submit, database } = runtime;
    const u8 = openU8(config.u8, clock);
    runtime.onStop(async () => { u8.close(); });
    const ports = { bookings: pgBookings, log };
    const calls = bookingDesk({
      runtime, u8, documents: config.u8.document, giveUpAfter: config.giveUpAfter,
      limits: { concurrency: config.concurrency, perSecond: config.bookingsPerSecond, timeoutMs: config.u8.timeout * REQUESTS_A_BOOKING },
      settle: (asked) => settleBooking({ ...ports, calls: asked }),
    });
    const read = readMasterData({ lists: u8Lists(u8, log), known: pgKnownFacts(database), submit, log, batchRows: config.batchRows });
    scheduleReading(runtime, config.poll, read);
    return {
      module: ErpAdapterModule,
      controllers: [ErpInbound],
      providers: [{ provide: ANSWER_BOOKING, useValue: answerBooking({ ...ports, calls }) }],
    };
  },
};
