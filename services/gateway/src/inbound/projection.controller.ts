import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { orderTopics } from '@order-mesh/contracts';
import type { Received, Unit } from '@order-mesh/messaging';
import type { ProjectMessages } from '../usecases/project-messages.ts';

export const PROJECT_MESSAGES = Symbol('projectMessages');

/** Everything that is said about any order, in one batch. */
@Controller()
export class ProjectionController {
  constructor(@Inject(PROJECT_MESSAGES) private readonly projectMessages: ProjectMessages) {}

  @EventPattern([...orderTopics])
  project(@Payload() batch: readonly Received[], @Ctx() unit: Unit): Promise<void> {
    return this.projectMessages(batch, unit);
  }
}
