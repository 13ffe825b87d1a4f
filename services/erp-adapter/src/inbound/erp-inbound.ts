import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { AnswerBooking, BookingCommand } from '../usecases/answer-booking.ts';

export const ANSWER_BOOKING = Symbol('answerBooking');

@Controller()
export class ErpInbound {
  constructor(@Inject(ANSWER_BOOKING) private readonly answerBooking: AnswerBooking) {}

  @EventPattern<string>(topics.erpCommands)
  commands(@Payload() batch: readonly BookingCommand[], @Ctx() unit: Unit): Promise<void> {
    return this.answerBooking(batch, unit);
  }
}
