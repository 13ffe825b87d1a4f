import { Module } from '@nestjs/common';
import type { ServiceDefinition } from '@order-mesh/platform';
import { learnRules, pgRuleBook, readRulesAhead, rulebookMigrations } from '@order-mesh/rulebook';
import { creditControl } from '@order-mesh/rules';
import { readCreditConfig, type CreditConfig } from './config.ts';
import { ANSWER_CREDIT, CreditInbound, LEARN_MASTER_DATA, LEARN_RULES, NOTE_CONFIRMED } from './inbound/credit-inbound.ts';
import { pgCreditBook, readCreditAhead } from './outbound/pg-credit-book.ts';
import { answerCredit } from './usecases/answer-credit.ts';
import { learnMasterData } from './usecases/learn-master-data.ts';
import { noteConfirmed } from './usecases/note-confirmed.ts';

@Module({})
class CreditModule {}

/** May this customer owe us this much more? */
export const creditService: ServiceDefinition<CreditConfig> = {
  name: 'credit',
  migrations: new URL('../migrations/', import.meta.url),
  mechanisms: [rulebookMigrations],
  readAhead: (batch, tx) => {
    readCreditAhead(batch, tx);
    readRulesAhead('credit')(batch, tx);
  },
  readConfig: readCreditConfig,
  module: ({ policy, log }) => {
    const ports = { book: pgCreditBook, rules: pgRuleBook({ service: 'credit', points: [creditControl], policy, log }), log };
    return {
      module: CreditModule,
      controllers: [CreditInbound],
      providers: [
        { provide: ANSWER_CREDIT, useValue: answerCredit(ports) },
        { provide: LEARN_MASTER_DATA, useValue: learnMasterData(ports) },
        { provide: NOTE_CONFIRMED, useValue: noteConfirmed(ports) },
        { provide: LEARN_RULES, useValue: learnRules(ports.rules) },
      ],
    };
  },
};

export { reviewCredit } from './domain/account.ts';
