import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { AnswerPricing, PricingCommand } from '../usecases/answer-pricing.ts';
import type { LearnMasterData, MasterDataEvent } from '../usecases/learn-master-data.ts';

export const ANSWER_PRICING = Symbol('answerPricing');
export const LEARN_MASTER_DATA = Symbol('learnMasterData');

@Controller()
export class PricingInbound {
  constructor(
    @Inject(ANSWER_PRICING) private readonly answerPricing: AnswerPricing,
    @Inject(LEARN_MASTER_DATA) private readonly learnMasterData: LearnMasterData,
  ) {}

  @EventPattern<string>(topics.pricingCommands)
  commands(@Payload() batch: readonly PricingCommand[], @Ctx() unit: Unit): Promise<void> {
    return this.answerPricing(batch, unit);
  }

  @EventPattern<string>(topics.masterdataEvents)
  masterData(@Payload() batch: readonly MasterDataEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.learnMasterData(batch, unit);
  }
}
