import { Module } from '@nestjs/common';
import type { ServiceDefinition } from '@order-mesh/platform';
import { pgRuleBook, rulebookMigrations, rulesInbound, scheduleShadows } from '@order-mesh/rulebook';
import { replenishment } from '@order-mesh/rules';
import { readInventoryConfig, type InventoryConfig } from './config.ts';
import { ANSWER_STOCK, COMMIT_CONFIRMED, InventoryInbound, LEARN_MASTER_DATA } from './inbound/inventory-inbound.ts';
import { scheduleExpiry } from './inbound/schedules.ts';
import { pgStockBook, readStockAhead } from './outbound/pg-stock-book.ts';
import { answerStock } from './usecases/answer-stock.ts';
import { commitConfirmed } from './usecases/commit-confirmed.ts';
import { expireLocks } from './usecases/expire-locks.ts';
import { learnMasterData } from './usecases/learn-master-data.ts';

@Module({})
class InventoryModule {}

/** Which stock is promised to whom; when to buy more. */
export const inventoryService: ServiceDefinition<InventoryConfig> = {
  name: 'inventory',
  migrations: new URL('../migrations/', import.meta.url),
  mechanisms: [rulebookMigrations],
  readAhead: readStockAhead,
  readConfig: readInventoryConfig,
  module: (runtime) => {
    const { policy, log } = runtime;
    const ports = { book: pgStockBook, rules: pgRuleBook({ service: 'inventory', points: [replenishment], policy, log }), policy, log };
    scheduleShadows(runtime, 'inventory', ports.rules);
    scheduleExpiry(runtime, expireLocks(ports, runtime.config.expireAtMost));
    const learning = rulesInbound(ports.rules);
    return {
      module: InventoryModule,
      controllers: [InventoryInbound, ...learning.controllers],
      providers: [
        { provide: ANSWER_STOCK, useValue: answerStock(ports) },
        { provide: LEARN_MASTER_DATA, useValue: learnMasterData(ports) },
        { provide: COMMIT_CONFIRMED, useValue: commitConfirmed(ports) },
        ...learning.providers,
      ],
    };
  },
};
