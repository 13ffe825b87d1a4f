import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { OrderEventReceived, ReportBack } from '../usecases/report-back.ts';
import type { ImportCommand, TakeImportCommands } from '../usecases/take-import-commands.ts';

export const REPORT_BACK = Symbol('reportBack');
export const TAKE_IMPORT_COMMANDS = Symbol('takeImportCommands');

@Controller()
export class CrmInbound {
  constructor(@Inject(REPORT_BACK) private readonly reportBack: ReportBack, @Inject(TAKE_IMPORT_COMMANDS) private readonly takeImportCommands: TakeImportCommands) {}

  @EventPattern<string>(topics.orderEvents)
  orderEvents(@Payload() batch: readonly OrderEventReceived[], @Ctx() unit: Unit): Promise<void> {
    return this.reportBack(batch, unit);
  }

  @EventPattern<string>(topics.importsCommands)
  importCommands(@Payload() batch: readonly ImportCommand[], @Ctx() unit: Unit): Promise<void> {
    return this.takeImportCommands(batch, unit);
  }
}
