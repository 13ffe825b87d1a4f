import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { AnswerContract, ContractCommand } from '../usecases/answer-contract.ts';

export const ANSWER_CONTRACT = Symbol('answerContract');

@Controller()
export class ContractInbound {
  constructor(
    @Inject(ANSWER_CONTRACT) private readonly answerContract: AnswerContract,
  ) {}

  @EventPattern<string>(topics.contractCommands)
  commands(@Payload() batch: readonly ContractCommand[], @Ctx() unit: Unit): Promise<void> {
    return this.answerContract(batch, unit);
  }
}
