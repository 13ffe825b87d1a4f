import { Controller, Inject, type OnModuleInit } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { Received, Unit } from '@order-mesh/messaging';
import { actTopics } from '../domain/acts.ts';
import type { RecordActs } from '../usecases/record-acts.ts';

export const RECORD_ACTS = Symbol('recordActs');
export const CHECK_KEY = Symbol('checkKey');

/** Everything that tells of an act, in one batch. */
@Controller()
export class AuditInbound implements OnModuleInit {
  constructor(@Inject(RECORD_ACTS) private readonly recordActs: RecordActs, @Inject(CHECK_KEY) private readonly checkKey: () => Promise<void>) {}

  /** Without the key of the chain nothing may be taken: a row under another key would break it. */
  onModuleInit(): Promise<void> {
    return this.checkKey();
  }

  @EventPattern([...actTopics])
  record(@Payload() batch: readonly Received[], @Ctx() unit: Unit): Promise<void> {
    return this.recordActs(batch, unit);
  }
}
