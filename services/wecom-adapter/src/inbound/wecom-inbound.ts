import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { ApprovalEvent, FollowApprovals } from '../usecases/follow-approvals.ts';
import type { NoteCases, OrderEvent } from '../usecases/note-cases.ts';

export const FOLLOW_APPROVALS = Symbol('followApprovals');
export const NOTE_CASES = Symbol('noteCases');

@Controller()
export class WecomInbound {
  constructor(@Inject(FOLLOW_APPROVALS) private readonly followApprovals: FollowApprovals, @Inject(NOTE_CASES) private readonly noteCases: NoteCases) {}

  @EventPattern<string>(topics.approvalsEvents)
  approvals(@Payload() batch: readonly ApprovalEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.followApprovals(batch, unit);
  }

  @EventPattern<string>(topics.orderEvents)
  orders(@Payload() batch: readonly OrderEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.noteCases(batch, unit);
  }
}
