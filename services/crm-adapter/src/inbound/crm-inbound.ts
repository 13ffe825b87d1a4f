import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { OrderEventReceived, ReportBack } from '../usecases/report-back.ts';

export const REPORT_BACK = Symbol('reportBack');

@Controller()
export class CrmInbound {
  constructor(@Inject(REPORT_BACK) private readonly reportBack: ReportBack) {}

  @EventPattern<string>(topics.orderEvents)
  orderEvents(@Payload() batch: readonly OrderEventReceived[], @Ctx() unit: Unit): Promise<void> {
    return this.reportBack(batch, unit);
  }
}
