import { Module } from '@nestjs/common';
import { outboundMigrations } from '@order-mesh/outbound';
import type { Runtime, ServiceDefinition } from '@order-mesh/platform';
import { openVault, privacyMigrations } from '@order-mesh/privacy';
import { pgRuleBook, readRulesAhead, rulebookMigrations, rulesInbound, scheduleShadows } from '@order-mesh/rulebook';
import { carrierChoice } from '@order-mesh/rules';
import { readLogisticsConfig, type LogisticsConfig } from './config.ts';
import { ANSWER_DELIVERY, LogisticsInbound } from './inbound/logistics-inbound.ts';
import { scheduleTracking } from './inbound/schedules.ts';
import { openCarrierDesk, type CarrierDeskOptions } from './outbound/carrier-desk.ts';
import { pgParcelBook } from './outbound/pg-parcel-book.ts';
import { pgShipmentBook, readShipmentsAhead } from './outbound/pg-shipment-book.ts';
import { sfExpress } from './outbound/sf-express.ts';
import { sfRoutes } from './outbound/sf-routes.ts';
import { openTrackingDesk } from './outbound/tracking-desk.ts';
import { withContacts } from './outbound/with-contacts.ts';
import { answerDelivery } from './usecases/answer-delivery.ts';
import type { Carrier } from './usecases/ports.ts';
import { settleDelivery } from './usecases/settle-delivery.ts';
import { askAboutParcels, noteRoutes } from './usecases/track-parcels.ts';

@Module({})
class LogisticsModule {}

/** Opens the desk of a carrier; what it answers goes to `settle`. */
export type OpenCarrier = (runtime: Runtime<LogisticsConfig>, settle: CarrierDeskOptions['settle']) => Carrier;

const sfExpressDesk: OpenCarrier = (runtime, settle) => {
  const { config: { sf, rates, privacyKey }, clock } = runtime;
  return openCarrierDesk({ runtime, operations: withContacts(sfExpress(sf, clock), openVault(privacyKey, runtime)), limits: rates, settle });
};

/** Follows parcels on the road. */
const trackWithSf = (runtime: Runtime<LogisticsConfig>): void => {
  const { config: { sf, trackEvery: every }, clock, database, log } = runtime;
  if (every === 0) return;
  const parcels = pgParcelBook(database);
  const tracking = openTrackingDesk({ runtime, where: sfRoutes(sf, clock), settle: noteRoutes({ parcels, log }) });
  scheduleTracking(runtime, parcels, askAboutParcels({ parcels, tracking, every }));
};

/** The service with another carrier behind the same port; without `track` nobody follows its parcels. */
export const logisticsServiceWith = (openCarrier: OpenCarrier, track: (runtime: Runtime<LogisticsConfig>) => void = () => {}): ServiceDefinition<LogisticsConfig> => ({
  name: 'logistics',
  migrations: new URL('../migrations/', import.meta.url),
  mechanisms: [outboundMigrations, rulebookMigrations, privacyMigrations],
  readConfig: readLogisticsConfig,
  readAhead: (batch, tx) => {
    readShipmentsAhead(batch, tx);
    readRulesAhead('logistics')(batch, tx);
  },
  module: (runtime) => {
    const { policy, log } = runtime;
    const rules = pgRuleBook({ service: 'logistics', points: [carrierChoice], policy, log });
    scheduleShadows(runtime, 'logistics', rules);
    track(runtime);
    const settle = settleDelivery({ shipments: pgShipmentBook, log });
    const carrier: Carrier = openCarrier(runtime, (answers, unit) => settle(answers, unit, carrier));
    const learning = rulesInbound(rules);
    return {
      module: LogisticsModule,
      controllers: [LogisticsInbound, ...learning.controllers],
      providers: [
        { provide: ANSWER_DELIVERY, useValue: answerDelivery({ shipments: pgShipmentBook, rules, carrier, log }) },
        ...learning.providers,
      ],
    };
  },
});

/** Is it on its way? */
export const logisticsService = logisticsServiceWith(sfExpressDesk, trackWithSf);

export type { Carrier, CarrierAnswer } from './usecases/ports.ts';
export { openCarrierDesk, type CarrierOperations } from './outbound/carrier-desk.ts';
