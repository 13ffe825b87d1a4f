import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { orderTopics, topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { AboutOrder, ProjectMessages } from '../usecases/project-messages.ts';
import type { FollowImports, ImportAdvancedReceived } from '../usecases/work-on-import.ts';

export const PROJECT_MESSAGES = Symbol('projectMessages');
export const FOLLOW_IMPORTS = Symbol('followImports');

/** Everything that is said about any order, and how far imports are, in one batch. */
@Controller()
export class ProjectionController {
  constructor(@Inject(PROJECT_MESSAGES) private readonly projectMessages: ProjectMessages, @Inject(FOLLOW_IMPORTS) private readonly followImports: FollowImports) {}

  @EventPattern([...orderTopics])
  project(@Payload() batch: readonly AboutOrder[], @Ctx() unit: Unit): Promise<void> {
    return this.projectMessages(batch, unit);
  }

  @EventPattern<string>(topics.importsEvents)
  follow(@Payload() batch: readonly ImportAdvancedReceived[], @Ctx() unit: Unit): Promise<void> {
    return this.followImports(batch, unit);
  }
}
