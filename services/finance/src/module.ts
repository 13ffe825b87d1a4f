import { Module } from '@nestjs/common';
import { partitionFor } from '@order-mesh/messaging';
import type { ServiceDefinition } from '@order-mesh/platform';
import { readFinanceConfig, type FinanceConfig } from './config.ts';
import { FinanceInbound, RECORD_CONFIRMED } from './inbound/finance-inbound.ts';
import { DECIDE_DIFFERENCES, ReconciliationInbound, TAKE_STATEMENTS } from './inbound/reconciliation-inbound.ts';
import { ledgerWatch, scheduleReconciliation } from './inbound/schedules.ts';
import { pgLedger } from './outbound/pg-ledger.ts';
import { pgDifferences, pgRuns } from './outbound/pg-reconciliation.ts';
import { pgStatements } from './outbound/pg-statements.ts';
import { carryOnRun } from './usecases/carry-on-run.ts';
import { decideDifferences } from './usecases/decide-differences.ts';
import { recordConfirmed } from './usecases/record-confirmed.ts';
import { takeStatements } from './usecases/take-statements.ts';

@Module({})
class FinanceModule {}

/** Which orders are confirmed, did the ERP book what was ordered, and do the books agree? */
export const financeService: ServiceDefinition<FinanceConfig> = {
  name: 'finance',
  migrations: new URL('../migrations/', import.meta.url),
  readConfig: readFinanceConfig,
  module: (runtime) => {
    const { log, partitions, config: rules, database, submit, clock } = runtime;
    const ports = { ledger: pgLedger, seriesOf: (orderId: string) => partitionFor(orderId, partitions) + 1, watch: ledgerWatch(runtime.metrics), log };
    const reconciliation = { runs: pgRuns(database), statements: pgStatements(database), differences: pgDifferences, submit, clock, log, rules };
    scheduleReconciliation(runtime, rules.poll, carryOnRun(reconciliation));
    return {
      module: FinanceModule,
      controllers: [FinanceInbound, ReconciliationInbound],
      providers: [
        { provide: RECORD_CONFIRMED, useValue: recordConfirmed(ports) },
        { provide: TAKE_STATEMENTS, useValue: takeStatements(reconciliation) },
        { provide: DECIDE_DIFFERENCES, useValue: decideDifferences(reconciliation) },
      ],
    };
  },
};
