import { Module } from '@nestjs/common';
import { outboundMigrations } from '@order-mesh/outbound';
import type { ServiceDefinition } from '@order-mesh/platform';
import { readLogisticsConfig, type LogisticsConfig } from './config.ts';
import { ANSWER_DELIVERY, LogisticsInbound } from './inbound/logistics-inbound.ts';
import { openCarrierDesk } from './outbound/carrier-desk.ts';
import { pgShipmentBook } from './outbound/pg-shipment-book.ts';
import { sfExpress } from './outbound/sf-express.ts';
import { answerDelivery } from './usecases/answer-delivery.ts';
import type { Carrier } from './usecases/ports.ts';
import { settleDelivery } from './usecases/settle-delivery.ts';

@Module({})
class LogisticsModule {}

/** Is it on its way? */
export const logisticsService: ServiceDefinition<LogisticsConfig> = {
  name: 'logistics',
  migrations: new URL('../migrations/', import.meta.url),
  mechanisms: [outboundMigrations],
  readConfig: readLogisticsConfig,
  module: (runtime) => {
    const { config, log } = runtime;
    const settle = settleDelivery({ shipments: pgShipmentBook, log });
    const carrier: Carrier = openCarrierDesk({
      runtime, operations: sfExpress(config.sf, runtime.clock), settle: (answers, unit) => settle(answers, unit, carrier),
    });
    return {
      module: LogisticsModule,
      controllers: [LogisticsInbound],
      providers: [{ provide: ANSWER_DELIVERY, useValue: answerDelivery({ shipments: pgShipmentBook, carrier, log }) }],
    };
  },
};
