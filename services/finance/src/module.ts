import { Module } from '@nestjs/common';
import { partitionFor } from '@order-mesh/messaging';
import type { ServiceDefinition } from '@order-mesh/platform';
import { readFinanceConfig, type FinanceConfig } from './config.ts';
import { FinanceInbound, RECORD_CONFIRMED } from './inbound/finance-inbound.ts';
import { pgLedger } from './outbound/pg-ledger.ts';
import { recordConfirmed } from './usecases/record-confirmed.ts';

@Module({})
class FinanceModule {}

/** Which orders are confirmed, and did the ERP book what was ordered? */
export const financeService: ServiceDefinition<FinanceConfig> = {
  name: 'finance',
  migrations: new URL('../migrations/', import.meta.url),
  readConfig: readFinanceConfig,
  module: ({ log, partitions }) => {
    const ports = { ledger: pgLedger, seriesOf: (orderId: string) => partitionFor(orderId, partitions) + 1, log };
    return {
      module: FinanceModule,
      controllers: [FinanceInbound],
      providers: [{ provide: RECORD_CONFIRMED, useValue: recordConfirmed(ports) }],
    };
  },
};
