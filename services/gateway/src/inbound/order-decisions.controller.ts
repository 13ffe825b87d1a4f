import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { hashOf, type RuleSet } from '@order-mesh/rules';
import { decisionsIn } from '../domain/order-decisions.ts';
import type { Reader } from '../usecases/ports.ts';
import type { RulesReader } from '../usecases/rules-ports.ts';
import { AskedBy, isTheirs, Needs, type Asker } from './access.ts';
import { Answers, Refuses } from './answers.ts';
import { known, READER, unknownOrder } from './orders.controller.ts';
import { RULES_DESK, type RulesDesk } from './rules.controller.ts';

/** What an order was decided on, and by which rules. */
@ApiTags('orders')
@Controller('v1/orders')
export class OrderDecisionsController {
  constructor(@Inject(READER) private readonly reader: Reader, @Inject(RULES_DESK) private readonly desk: Pick<RulesDesk, 'reader' | 'shipped'>) {}

  @Get(':orderId/decisions')
  @Needs('orders:explain')
  @ApiOperation({ summary: 'Show every decision of rules on an order', description: 'Which rule decided where and when, in its own words, and what it was told; in the order in which they were made.' })
  @Answers(200, 'OrderDecisions', 'The decisions.')
  @Refuses('unknown-order')
  async decisions(@AskedBy() { who }: Asker, @Param('orderId') orderId: string): Promise<unknown> {
    const found = known(orderId) ? await this.reader.order(orderId) : null;
    if (!found || !isTheirs(who, found.item)) throw unknownOrder(orderId);
    const items = decisionsIn(found.entries);
    const versions = await versionsOf(new Set(items.map(({ point }) => point)), this.desk);
    return { orderId, items: items.map((item) => ({ ...item, version: versions.get(`${item.point} ${item.hash}`) ?? null })) };
  }
}

/** Which version rules of a hash are; those that were released more than once are the first of them. */
async function versionsOf(points: ReadonlySet<string>, { reader, shipped }: { readonly reader: RulesReader; readonly shipped: ReadonlyMap<string, RuleSet> }): Promise<ReadonlyMap<string, number>> {
  const versions = new Map<string, number>();
  for (const point of points) {
    for (const { hash, version } of await reader.releases(point)) versions.set(`${point} ${hash}`, version);
    const set = shipped.get(point);
    if (set) versions.set(`${point} ${hashOf(set)}`, 0);
  }
  return versions;
}
