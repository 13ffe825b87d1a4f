import { Module } from '@nestjs/common';
import type { ServiceDefinition } from '@order-mesh/platform';
import { learnRules, pgRuleBook, readRulesAhead, rulebookMigrations } from '@order-mesh/rulebook';
import { pricingPoints } from './domain/work-out.ts';
import { ANSWER_PRICING, LEARN_MASTER_DATA, LEARN_RULES, PricingInbound } from './inbound/pricing-inbound.ts';
import { pgPricingBook, readPricesAhead } from './outbound/pg-pricing-book.ts';
import { answerPricing } from './usecases/answer-pricing.ts';
import { learnMasterData } from './usecases/learn-master-data.ts';

@Module({})
class PricingModule {}

/** What does this order cost? */
export const pricingService: ServiceDefinition<null> = {
  name: 'pricing',
  migrations: new URL('../migrations/', import.meta.url),
  mechanisms: [rulebookMigrations],
  readAhead: (batch, tx) => {
    readPricesAhead(batch, tx);
    readRulesAhead('pricing')(batch, tx);
  },
  readConfig: () => null,
  module: ({ policy, log }) => {
    const ports = { book: pgPricingBook, rules: pgRuleBook({ service: 'pricing', points: Object.values(pricingPoints), policy, log }), log };
    return {
      module: PricingModule,
      controllers: [PricingInbound],
      providers: [
        { provide: ANSWER_PRICING, useValue: answerPricing(ports) },
        { provide: LEARN_MASTER_DATA, useValue: learnMasterData(ports) },
        { provide: LEARN_RULES, useValue: learnRules(ports.rules) },
      ],
    };
  },
};
