import { Module } from '@nestjs/common';
import type { ServiceDefinition } from '@order-mesh/platform';
import { advanceSimulations, pgRuleBook, pgSimulationBook, readRulesAhead, rulebookMigrations, rulesInbound, scheduleShadows, scheduleSimulations, simulationsInbound, type SimulationConfig } from '@order-mesh/rulebook';
import { creditControl } from '@order-mesh/rules';
import { readCreditConfig } from './config.ts';
import { ANSWER_CREDIT, CreditInbound, LEARN_MASTER_DATA, NOTE_CONFIRMED } from './inbound/credit-inbound.ts';
import { pgCreditBook, readCreditAhead } from './outbound/pg-credit-book.ts';
import { pgPastDecisions } from './outbound/pg-past-decisions.ts';
import { answerCredit } from './usecases/answer-credit.ts';
import { learnMasterData } from './usecases/learn-master-data.ts';
import { noteConfirmed } from './usecases/note-confirmed.ts';
import { simulatedPoints } from './usecases/simulated.ts';

@Module({})
class CreditModule {}

/** May this customer owe us this much more? */
export const creditService: ServiceDefinition<SimulationConfig> = {
  name: 'credit',
  migrations: new URL('../migrations/', import.meta.url),
  mechanisms: [rulebookMigrations],
  readAhead: (batch, tx) => {
    readCreditAhead(batch, tx);
    readRulesAhead('credit')(batch, tx);
  },
  readConfig: readCreditConfig,
  module: (runtime) => {
    const { policy, log, config } = runtime;
    const simulations = { service: 'credit', points: simulatedPoints, simulations: pgSimulationBook('credit'), past: pgPastDecisions, log };
    scheduleSimulations(runtime, advanceSimulations(simulations, config.simulatePage));
    const ports = { book: pgCreditBook, rules: pgRuleBook({ service: 'credit', points: [creditControl], policy, log, told: simulatedPoints }), log };
    scheduleShadows(runtime, 'credit', ports.rules);
    const learning = rulesInbound(ports.rules);
    const looking = simulationsInbound(simulations);
    return {
      module: CreditModule,
      controllers: [CreditInbound, ...learning.controllers, ...looking.controllers],
      providers: [
        { provide: ANSWER_CREDIT, useValue: answerCredit(ports) },
        { provide: LEARN_MASTER_DATA, useValue: learnMasterData(ports) },
        { provide: NOTE_CONFIRMED, useValue: noteConfirmed(ports) },
        ...learning.providers,
        ...looking.providers,
      ],
    };
  },
};

export { reviewCredit } from './domain/account.ts';
