import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics, type TopicMessages } from '@order-mesh/contracts';
import type { Received, Unit } from '@order-mesh/messaging';
import type { GiveStatement } from '@order-mesh/platform';
import type { AnswerBooking, BookingCommand } from '../usecases/answer-booking.ts';
import type { TakeBackDocuments } from '../usecases/take-back-documents.ts';

export const ANSWER_BOOKING = Symbol('answerBooking');
export const GIVE_STATEMENT = Symbol('giveStatement');
export const TAKE_BACK_DOCUMENTS = Symbol('takeBackDocuments');

@Controller()
export class ErpInbound {
  constructor(
    @Inject(ANSWER_BOOKING) private readonly answerBooking: AnswerBooking,
    @Inject(GIVE_STATEMENT) private readonly giveStatement: GiveStatement,
    @Inject(TAKE_BACK_DOCUMENTS) private readonly takeBackDocuments: TakeBackDocuments,
  ) {}

  @EventPattern<string>(topics.erpCommands)
  commands(@Payload() batch: readonly BookingCommand[], @Ctx() unit: Unit): Promise<void> {
    return this.answerBooking(batch, unit);
  }

  @EventPattern<string>(topics.reconciliationCommands)
  async reconciliation(@Payload() batch: readonly Received<TopicMessages['reconciliation.commands.v1']>[], @Ctx() unit: Unit): Promise<void> {
    await this.giveStatement(batch, unit);
    await this.takeBackDocuments(batch, unit);
  }
}
