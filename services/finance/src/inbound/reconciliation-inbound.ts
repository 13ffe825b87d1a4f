import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { DecideDifferences, ReconciliationCommand } from '../usecases/decide-differences.ts';
import type { ReconciliationEvent, TakeStatements } from '../usecases/take-statements.ts';

export const TAKE_STATEMENTS = Symbol('takeStatements');
export const DECIDE_DIFFERENCES = Symbol('decideDifferences');

/** What people want of the reconciliation, and what the keepers of the books say. */
@Controller()
export class ReconciliationInbound {
  constructor(
    @Inject(TAKE_STATEMENTS) private readonly takeStatements: TakeStatements,
    @Inject(DECIDE_DIFFERENCES) private readonly decideDifferences: DecideDifferences,
  ) {}

  @EventPattern<string>(topics.reconciliationCommands)
  commands(@Payload() batch: readonly ReconciliationCommand[], @Ctx() unit: Unit): Promise<void> {
    return this.decideDifferences(batch, unit);
  }

  @EventPattern<string>(topics.reconciliationEvents)
  events(@Payload() batch: readonly ReconciliationEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.takeStatements(batch, unit);
  }
}
