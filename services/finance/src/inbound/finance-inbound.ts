import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { OrderEvent, RecordConfirmed } from '../usecases/record-confirmed.ts';

export const RECORD_CONFIRMED = Symbol('recordConfirmed');

@Controller()
export class FinanceInbound {
  constructor(@Inject(RECORD_CONFIRMED) private readonly recordConfirmed: RecordConfirmed) {}

  @EventPattern<string>(topics.orderEvents)
  orders(@Payload() batch: readonly OrderEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.recordConfirmed(batch, unit);
  }
}
