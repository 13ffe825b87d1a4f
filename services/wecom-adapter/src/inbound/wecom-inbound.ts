import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { ApprovalEvent, FollowApprovals } from '../usecases/follow-approvals.ts';
import type { NewsEvent, NoteNews } from '../usecases/note-news.ts';

export const FOLLOW_APPROVALS = Symbol('followApprovals');
export const NOTE_NEWS = Symbol('noteNews');

@Controller()
export class WecomInbound {
  constructor(
    @Inject(FOLLOW_APPROVALS) private readonly followApprovals: FollowApprovals,
    @Inject(NOTE_NEWS) private readonly noteNews: NoteNews,
  ) {}

  @EventPattern<string>(topics.approvalsEvents)
  approvals(@Payload() batch: readonly ApprovalEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.followApprovals(batch, unit);
  }

  @EventPattern<string>(topics.orderEvents)
  orders(@Payload() batch: readonly NewsEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.noteNews(batch, unit);
  }

  @EventPattern<string>(topics.partnerEvents)
  partners(@Payload() batch: readonly NewsEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.noteNews(batch, unit);
  }

  @EventPattern<string>(topics.replenishmentEvents)
  shortages(@Payload() batch: readonly NewsEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.noteNews(batch, unit);
  }
}
