import { Module } from '@nestjs/common';
import type { ServiceDefinition } from '@order-mesh/platform';
import { definitionsOf } from './domain/follow.ts';
import { orderToCash } from './domain/order-to-cash.ts';
import { ADVANCE_ORDERS, OrdersController } from './inbound/orders.controller.ts';
import { scheduleTimers } from './inbound/schedules.ts';
import { pgSagaBook } from './outbound/pg-saga-book.ts';
import { advanceOrders } from './usecases/advance-orders.ts';
import { fireTimers } from './usecases/fire-timers.ts';

@Module({})
class OrderOrchestratorModule {}

/** What happens next to this order. */
export const orderOrchestratorService: ServiceDefinition<null> = {
  name: 'order-orchestrator',
  migrations: new URL('../migrations/', import.meta.url),
  readConfig: () => null,
  module: (runtime) => {
    const ports = { sagas: pgSagaBook, definitions: definitionsOf([orderToCash(runtime.policy)]), log: runtime.log };
    scheduleTimers(runtime, fireTimers(ports));
    return {
      module: OrderOrchestratorModule,
      controllers: [OrdersController],
      providers: [{ provide: ADVANCE_ORDERS, useValue: advanceOrders(ports) }],
    };
  },
};

export { orderToCash };
