import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { AnswerRules, RulesCommand } from '../usecases/answer-rules.ts';

export const ANSWER_RULES = Symbol('answerRules');

@Controller()
export class RulesInbound {
  constructor(@Inject(ANSWER_RULES) private readonly answerRules: AnswerRules) {}

  @EventPattern<string>(topics.rulesCommands)
  commands(@Payload() batch: readonly RulesCommand[], @Ctx() unit: Unit): Promise<void> {
    return this.answerRules(batch, unit);
  }
}
