import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { AnswerCredit, CreditCommand } from '../usecases/answer-credit.ts';
import type { LearnMasterData, MasterDataEvent } from '../usecases/learn-master-data.ts';
import type { NoteConfirmed, OrderEvent } from '../usecases/note-confirmed.ts';

export const ANSWER_CREDIT = Symbol('answerCredit');
export const LEARN_MASTER_DATA = Symbol('learnMasterData');
export const NOTE_CONFIRMED = Symbol('noteConfirmed');

@Controller()
export class CreditInbound {
  constructor(
    @Inject(ANSWER_CREDIT) private readonly answerCredit: AnswerCredit,
    @Inject(LEARN_MASTER_DATA) private readonly learnMasterData: LearnMasterData,
    @Inject(NOTE_CONFIRMED) private readonly noteConfirmed: NoteConfirmed,
  ) {}

  @EventPattern<string>(topics.creditCommands)
  commands(@Payload() batch: readonly CreditCommand[], @Ctx() unit: Unit): Promise<void> {
    return this.answerCredit(batch, unit);
  }

  @EventPattern<string>(topics.masterdataEvents)
  masterData(@Payload() batch: readonly MasterDataEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.learnMasterData(batch, unit);
  }

  @EventPattern<string>(topics.orderEvents)
  orders(@Payload() batch: readonly OrderEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.noteConfirmed(batch, unit);
  }
}
