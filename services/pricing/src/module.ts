import { Module } from '@nestjs/common';
import type { ServiceDefinition } from '@order-mesh/platform';
import { advanceSimulations, pgRuleBook, pgSimulationBook, readRulesAhead, rulebookMigrations, rulesInbound, scheduleShadows, scheduleSimulations, simulationsInbound, type SimulationConfig } from '@order-mesh/rulebook';
import { readPricingConfig } from './config.ts';
import { pricingPoints } from './domain/pricing-rules.ts';
import { ANSWER_PRICING, LEARN_MASTER_DATA, PricingInbound } from './inbound/pricing-inbound.ts';
import { pgPastDecisions } from './outbound/pg-past-decisions.ts';
import { pgPricingBook, readPricesAhead } from './outbound/pg-pricing-book.ts';
import { answerPricing } from './usecases/answer-pricing.ts';
import { learnMasterData } from './usecases/learn-master-data.ts';
import { simulatedPoints } from './usecases/simulated.ts';

@Module({})
class PricingModule {}

/** What does this order cost? */
export const pricingService: ServiceDefinition<SimulationConfig> = {
  name: 'pricing',
  migrations: new URL('../migrations/', import.meta.url),
  mechanisms: [rulebookMigrations],
  readAhead: (batch, tx) => {
    readPricesAhead(batch, tx);
    readRulesAhead('pricing')(batch, tx);
  },
  readConfig: readPricingConfig,
  module: (runtime) => {
    const { policy, log, config } = runtime;
    const simulations = { service: 'pricing', points: simulatedPoints, simulations: pgSimulationBook('pricing'), past: pgPastDecisions, log };
    scheduleSimulations(runtime, advanceSimulations(simulations, config.simulatePage));
    const ports = { book: pgPricingBook, rules: pgRuleBook({ service: 'pricing', points: Object.values(pricingPoints), policy, log, told: simulatedPoints }), log };
    scheduleShadows(runtime, 'pricing', ports.rules);
    const learning = rulesInbound(ports.rules);
    const looking = simulationsInbound(simulations);
    return {
      module: PricingModule,
      controllers: [PricingInbound, ...learning.controllers, ...looking.controllers],
      providers: [
        { provide: ANSWER_PRICING, useValue: answerPricing(ports) },
        { provide: LEARN_MASTER_DATA, useValue: learnMasterData(ports) },
        ...learning.providers,
        ...looking.providers,
      ],
    };
  },
};
