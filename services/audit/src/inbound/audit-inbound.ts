import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { Received, Unit } from '@order-mesh/messaging';
import { actTopics } from '../domain/acts.ts';
import type { RecordActs } from '../usecases/record-acts.ts';

export const RECORD_ACTS = Symbol('recordActs');

/** Everything that tells of an act, in one batch. */
@Controller()
export class AuditInbound {
  constructor(@Inject(RECORD_ACTS) private readonly recordActs: RecordActs) {}

  @EventPattern([...actTopics])
  record(@Payload() batch: readonly Received[], @Ctx() unit: Unit): Promise<void> {
    return this.recordActs(batch, unit);
  }
}
