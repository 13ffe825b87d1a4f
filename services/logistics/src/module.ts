import { Module } from '@nestjs/common';
import { outboundMigrations } from '@order-mesh/outbound';
import type { Runtime, ServiceDefinition } from '@order-mesh/platform';
import { readLogisticsConfig, type LogisticsConfig } from './config.ts';
import { ANSWER_DELIVERY, LogisticsInbound } from './inbound/logistics-inbound.ts';
import { openCarrierDesk, type CarrierDeskOptions } from './outbound/carrier-desk.ts';
import { pgShipmentBook, readShipmentsAhead } from './outbound/pg-shipment-book.ts';
import { sfExpress } from './outbound/sf-express.ts';
import { answerDelivery } from './usecases/answer-delivery.ts';
import type { Carrier } from './usecases/ports.ts';
import { settleDelivery } from './usecases/settle-delivery.ts';

@Module({})
class LogisticsModule {}

/** Opens the desk of a carrier; what it answers goes to `settle`. */
export type OpenCarrier = (runtime: Runtime<LogisticsConfig>, settle: CarrierDeskOptions['settle']) => Carrier;

const sfExpressDesk: OpenCarrier = (runtime, settle) => openCarrierDesk({ runtime, operations: sfExpress(runtime.config.sf, runtime.clock), settle });

/** The service with another carrier behind the same port. */
export const logisticsServiceWith = (openCarrier: OpenCarrier): ServiceDefinition<LogisticsConfig> => ({
  name: 'logistics',
  migrations: new URL('../migrations/', import.meta.url),
  mechanisms: [outboundMigrations],
  readConfig: readLogisticsConfig,
  readAhead: readShipmentsAhead,
  module: (runtime) => {
    const { log } = runtime;
    const settle = settleDelivery({ shipments: pgShipmentBook, log });
    const carrier: Carrier = openCarrier(runtime, (answers, unit) => settle(answers, unit, carrier));
    return {
      module: LogisticsModule,
      controllers: [LogisticsInbound],
      providers: [{ provide: ANSWER_DELIVERY, useValue: answerDelivery({ shipments: pgShipmentBook, carrier, log }) }],
    };
  },
});

/** Is it on its way? */
export const logisticsService = logisticsServiceWith(sfExpressDesk);

export type { Carrier, CarrierAnswer } from './usecases/ports.ts';
export { openCarrierDesk, type CarrierOperations } from './outbound/carrier-desk.ts';
