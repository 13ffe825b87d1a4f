import { Module } from '@nestjs/common';
import type { Policy } from '@order-mesh/contracts';
import { statementDesk, type ServiceDefinition } from '@order-mesh/platform';
import type { Saga } from '@order-mesh/saga';
import { definitionsOf } from './domain/follow.ts';
import { orderToCash1 } from './domain/order-to-cash-1.ts';
import { orderToCash } from './domain/order-to-cash.ts';
import { orderWatch } from './inbound/order-watch.ts';
import { ADVANCE_ORDERS, OrdersController } from './inbound/orders.controller.ts';
import { scheduleCounts, scheduleStuckOrders, scheduleTimers } from './inbound/schedules.ts';
import { GIVE_STATEMENT, StatementsController } from './inbound/statements.controller.ts';
import { pgCaseBook } from './outbound/pg-case-book.ts';
import { countOrders } from './outbound/pg-order-count.ts';
import { pgSagaBook } from './outbound/pg-saga-book.ts';
import { statedOrdersSince } from './outbound/pg-statement.ts';
import { advanceOrders } from './usecases/advance-orders.ts';
import { findStuckOrders } from './usecases/find-stuck-orders.ts';
import { fireTimers } from './usecases/fire-timers.ts';

@Module({})
class OrderOrchestratorModule {}

/** What happens next to this order. */
export const orderOrchestratorService: ServiceDefinition<null> = {
  name: 'order-orchestrator',
  migrations: new URL('../migrations/', import.meta.url),
  readConfig: () => null,
  module: (runtime) => {
    const definitions = definitionsOf(everyVersion(runtime.policy));
    const ports = { sagas: pgSagaBook, cases: pgCaseBook, definitions, watch: orderWatch(runtime.metrics, definitions), rules: runtime.policy.cases, log: runtime.log };
    scheduleTimers(runtime, fireTimers(ports), definitions.names);
    scheduleStuckOrders(runtime, findStuckOrders(ports));
    scheduleCounts(runtime, countOrders(runtime.database), definitions);
    const giveStatement = statementDesk(runtime, {
      side: 'mesh', read: (from) => statedOrdersSince(runtime.database, from), messageOf: (page, orders) => ({ type: 'OrderStatement', value: { ...page, orders } }),
    });
    return {
      module: OrderOrchestratorModule,
      controllers: [OrdersController, StatementsController],
      providers: [{ provide: ADVANCE_ORDERS, useValue: advanceOrders(ports) }, { provide: GIVE_STATEMENT, useValue: giveStatement }],
    };
  },
};

/** Every version of the definition that orders may still be pinned to, the newest first. */
export const everyVersion = (policy: Policy): readonly [Saga, ...Saga[]] => [orderToCash(policy), orderToCash1(policy)];
