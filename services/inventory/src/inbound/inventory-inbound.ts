import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { AnswerStock, StockCommand } from '../usecases/answer-stock.ts';
import type { CommitConfirmed, OrderEvent } from '../usecases/commit-confirmed.ts';
import type { LearnMasterData, MasterDataEvent } from '../usecases/learn-master-data.ts';

export const ANSWER_STOCK = Symbol('answerStock');
export const LEARN_MASTER_DATA = Symbol('learnMasterData');
export const COMMIT_CONFIRMED = Symbol('commitConfirmed');

@Controller()
export class InventoryInbound {
  constructor(
    @Inject(ANSWER_STOCK) private readonly answerStock: AnswerStock,
    @Inject(LEARN_MASTER_DATA) private readonly learnMasterData: LearnMasterData,
    @Inject(COMMIT_CONFIRMED) private readonly commitConfirmed: CommitConfirmed,
  ) {}

  @EventPattern<string>(topics.inventoryCommands)
  commands(@Payload() batch: readonly StockCommand[], @Ctx() unit: Unit): Promise<void> {
    return this.answerStock(batch, unit);
  }

  @EventPattern<string>(topics.masterdataEvents)
  masterData(@Payload() batch: readonly MasterDataEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.learnMasterData(batch, unit);
  }

  @EventPattern<string>(topics.orderEvents)
  orders(@Payload() batch: readonly OrderEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.commitConfirmed(batch, unit);
  }
}
