import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { orderTopics, topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { CountUnderWay } from '../usecases/count-under-way.ts';
import type { AboutOrder } from '../usecases/project-messages.ts';
import type { DelegationChangedReceived, FollowDelegations } from '../usecases/work-on-delegation.ts';
import type { FollowImports, ImportAdvancedReceived } from '../usecases/work-on-import.ts';

export const PROJECT_MESSAGES = Symbol('projectMessages');
export const FOLLOW_IMPORTS = Symbol('followImports');
export const FOLLOW_DELEGATIONS = Symbol('followDelegations');

/** Everything that is said about any order, how far imports are, and who decides for whom, in one batch. */
@Controller()
export class ProjectionController {
  constructor(
    @Inject(PROJECT_MESSAGES) private readonly projectMessages: CountUnderWay,
    @Inject(FOLLOW_IMPORTS) private readonly followImports: FollowImports,
    @Inject(FOLLOW_DELEGATIONS) private readonly followDelegations: FollowDelegations,
  ) {}

  @EventPattern([...orderTopics])
  project(@Payload() batch: readonly AboutOrder[], @Ctx() unit: Unit): Promise<void> {
    return this.projectMessages(batch, unit);
  }

  @EventPattern<string>(topics.importsEvents)
  follow(@Payload() batch: readonly ImportAdvancedReceived[], @Ctx() unit: Unit): Promise<void> {
    return this.followImports(batch, unit);
  }

  @EventPattern<string>(topics.delegationsEvents)
  delegations(@Payload() batch: readonly DelegationChangedReceived[], @Ctx() unit: Unit): Promise<void> {
    return this.followDelegations(batch, unit);
  }
}
