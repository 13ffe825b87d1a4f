import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { ProjectReconciliation, ReconciliationEvent } from '../usecases/project-reconciliation.ts';

export const PROJECT_RECONCILIATION = Symbol('projectReconciliation');

/** What finance says of reconciliations and differences. */
@Controller()
export class ReconciliationProjectionController {
  constructor(@Inject(PROJECT_RECONCILIATION) private readonly projectReconciliation: ProjectReconciliation) {}

  @EventPattern<string>(topics.reconciliationEvents)
  project(@Payload() batch: readonly ReconciliationEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.projectReconciliation(batch, unit);
  }
}
