import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Received, Unit } from '@order-mesh/messaging';
import type { AdvanceOrders } from '../usecases/advance-orders.ts';

export const ADVANCE_ORDERS = Symbol('advanceOrders');

/** Everything that moves an order: the CRM's events and every participant's answers, in one batch. */
@Controller()
export class OrdersController {
  constructor(@Inject(ADVANCE_ORDERS) private readonly advanceOrders: AdvanceOrders) {}

  @EventPattern([topics.crmEvents, topics.pricingEvents, topics.creditEvents, topics.inventoryEvents, topics.contractEvents, topics.logisticsEvents, topics.erpEvents, topics.approvalsEvents, topics.orderCommands])
  advance(@Payload() batch: readonly Received[], @Ctx() unit: Unit): Promise<void> {
    return this.advanceOrders(batch, unit);
  }
}
