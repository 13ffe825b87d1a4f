import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { LearnRules, RulebookEvent } from '@order-mesh/rulebook';
import type { AnswerContract, ContractCommand } from '../usecases/answer-contract.ts';

export const ANSWER_CONTRACT = Symbol('answerContract');
export const LEARN_RULES = Symbol('learnRules');

@Controller()
export class ContractInbound {
  constructor(
    @Inject(ANSWER_CONTRACT) private readonly answerContract: AnswerContract,
    @Inject(LEARN_RULES) private readonly learnRules: LearnRules,
  ) {}

  @EventPattern<string>(topics.contractCommands)
  commands(@Payload() batch: readonly ContractCommand[], @Ctx() unit: Unit): Promise<void> {
    return this.answerContract(batch, unit);
  }

  @EventPattern<string>(topics.rulesPublished)
  rules(@Payload() batch: readonly RulebookEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.learnRules(batch, unit);
  }
}
