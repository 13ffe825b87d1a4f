import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { AnswerDelivery, DeliveryCommand } from '../usecases/answer-delivery.ts';

export const ANSWER_DELIVERY = Symbol('answerDelivery');

@Controller()
export class LogisticsInbound {
  constructor(
    @Inject(ANSWER_DELIVERY) private readonly answerDelivery: AnswerDelivery,
  ) {}

  @EventPattern<string>(topics.logisticsCommands)
  commands(@Payload() batch: readonly DeliveryCommand[], @Ctx() unit: Unit): Promise<void> {
    return this.answerDelivery(batch, unit);
  }
}
