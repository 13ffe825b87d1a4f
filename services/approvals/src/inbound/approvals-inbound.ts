import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { AnswerApprovals, ApprovalCommand } from '../usecases/answer-approvals.ts';

export const ANSWER_APPROVALS = Symbol('answerApprovals');

@Controller()
export class ApprovalsInbound {
  constructor(@Inject(ANSWER_APPROVALS) private readonly answerApprovals: AnswerApprovals) {}

  @EventPattern<string>(topics.approvalsCommands)
  commands(@Payload() batch: readonly ApprovalCommand[], @Ctx() unit: Unit): Promise<void> {
    return this.answerApprovals(batch, unit);
  }
}
