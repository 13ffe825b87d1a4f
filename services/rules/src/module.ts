import { Module } from '@nestjs/common';
import type { ServiceDefinition } from '@order-mesh/platform';
import { shippedRules } from '@order-mesh/rules';
import { readRulesConfig, type RulesConfig } from './config.ts';
import { ANSWER_RULES, RulesInbound } from './inbound/rules-inbound.ts';
import { scheduleVersions } from './inbound/schedules.ts';
import { liveVersions, pgRuleBook } from './outbound/pg-rule-book.ts';
import { zenOpinion } from './outbound/zen-opinion.ts';
import { answerRules } from './usecases/answer-rules.ts';

@Module({})
class RulesModule {}

/** What is the company's policy right now? */
export const rulesService: ServiceDefinition<RulesConfig> = {
  name: 'rules',
  migrations: new URL('../migrations/', import.meta.url),
  readConfig: readRulesConfig,
  module: (runtime) => {
    const { policy, log, onStop } = runtime;
    const opinion = zenOpinion();
    onStop(() => opinion.close());
    const { credit: { freezeAfterDaysOverdue }, inventory: { replenishToTimesSafety } } = policy;
    const shipped = shippedRules({ freezeAfterDaysOverdue, replenishToTimesSafety });
    scheduleVersions(runtime, shipped.keys(), liveVersions(runtime.database));
    return {
      module: RulesModule,
      controllers: [RulesInbound],
      providers: [{ provide: ANSWER_RULES, useValue: answerRules({ book: pgRuleBook, opinion, shipped, log }) }],
    };
  },
};
