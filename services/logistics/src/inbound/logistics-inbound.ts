import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { LearnRules, RulebookEvent } from '@order-mesh/rulebook';
import type { AnswerDelivery, DeliveryCommand } from '../usecases/answer-delivery.ts';

export const ANSWER_DELIVERY = Symbol('answerDelivery');
export const LEARN_RULES = Symbol('learnRules');

@Controller()
export class LogisticsInbound {
  constructor(
    @Inject(ANSWER_DELIVERY) private readonly answerDelivery: AnswerDelivery,
    @Inject(LEARN_RULES) private readonly learnRules: LearnRules,
  ) {}

  @EventPattern<string>(topics.logisticsCommands)
  commands(@Payload() batch: readonly DeliveryCommand[], @Ctx() unit: Unit): Promise<void> {
    return this.answerDelivery(batch, unit);
  }

  @EventPattern<string>(topics.rulesPublished)
  rules(@Payload() batch: readonly RulebookEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.learnRules(batch, unit);
  }
}
