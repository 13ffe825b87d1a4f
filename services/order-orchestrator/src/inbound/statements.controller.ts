import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics, type TopicMessages } from '@order-mesh/contracts';
import type { Received, Unit } from '@order-mesh/messaging';
import type { GiveStatement } from '@order-mesh/platform';

export const GIVE_STATEMENT = Symbol('giveStatement');

/** What the mesh knows of orders, for whoever compares the books. */
@Controller()
export class StatementsController {
  constructor(@Inject(GIVE_STATEMENT) private readonly giveStatement: GiveStatement) {}

  @EventPattern<string>(topics.reconciliationCommands)
  reconciliation(@Payload() batch: readonly Received<TopicMessages['reconciliation.commands.v1']>[], @Ctx() unit: Unit): Promise<void> {
    return this.giveStatement(batch, unit);
  }
}
