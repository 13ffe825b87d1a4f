import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { AnswerApprovals, ApprovalCommand } from '../usecases/answer-approvals.ts';
import type { AnswerDelegations, DelegationCommand } from '../usecases/answer-delegations.ts';

export const ANSWER_APPROVALS = Symbol('answerApprovals');
export const ANSWER_DELEGATIONS = Symbol('answerDelegations');

@Controller()
export class ApprovalsInbound {
  constructor(
    @Inject(ANSWER_APPROVALS) private readonly answerApprovals: AnswerApprovals,
    @Inject(ANSWER_DELEGATIONS) private readonly answerDelegations: AnswerDelegations,
  ) {}

  @EventPattern<string>(topics.approvalsCommands)
  commands(@Payload() batch: readonly ApprovalCommand[], @Ctx() unit: Unit): Promise<void> {
    return this.answerApprovals(batch, unit);
  }

  @EventPattern<string>(topics.delegationsCommands)
  delegations(@Payload() batch: readonly DelegationCommand[], @Ctx() unit: Unit): Promise<void> {
    return this.answerDelegations(batch, unit);
  }
}
