import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { GiveStatement } from '@order-mesh/platform';
import type { ReconciliationCommand, RepairCrm } from '../usecases/repair-crm.ts';
import type { OrderEventReceived, ReportBack } from '../usecases/report-back.ts';
import type { ImportCommand, TakeImportCommands } from '../usecases/take-import-commands.ts';

export const REPORT_BACK = Symbol('reportBack');
export const GIVE_STATEMENT = Symbol('giveStatement');
export const REPAIR_CRM = Symbol('repairCrm');
export const TAKE_IMPORT_COMMANDS = Symbol('takeImportCommands');

@Controller()
export class CrmInbound {
  constructor(
    @Inject(REPORT_BACK) private readonly reportBack: ReportBack,
    @Inject(TAKE_IMPORT_COMMANDS) private readonly takeImportCommands: TakeImportCommands,
    @Inject(GIVE_STATEMENT) private readonly giveStatement: GiveStatement,
    @Inject(REPAIR_CRM) private readonly repairCrm: RepairCrm,
  ) {}

  @EventPattern<string>(topics.orderEvents)
  orderEvents(@Payload() batch: readonly OrderEventReceived[], @Ctx() unit: Unit): Promise<void> {
    return this.reportBack(batch, unit);
  }

  @EventPattern<string>(topics.importsCommands)
  importCommands(@Payload() batch: readonly ImportCommand[], @Ctx() unit: Unit): Promise<void> {
    return this.takeImportCommands(batch, unit);
  }

  @EventPattern<string>(topics.reconciliationCommands)
  async reconciliation(@Payload() batch: readonly ReconciliationCommand[], @Ctx() unit: Unit): Promise<void> {
    await this.giveStatement(batch, unit);
    await this.repairCrm(batch, unit);
  }
}
