import { Module } from '@nestjs/common';
import { outboundMigrations } from '@order-mesh/outbound';
import type { Runtime, ServiceDefinition } from '@order-mesh/platform';
import { pgRuleBook, rulebookMigrations, rulesInbound, scheduleShadows } from '@order-mesh/rulebook';
import { alert as alertPoint } from '@order-mesh/rules';
import { readWecomConfig, type WecomConfig } from './config.ts';
import { recordedName } from './domain/notices.ts';
import { schedule } from './inbound/schedules.ts';
import { CALLBACK_DESK, takeXml, WecomCallback, type CallbackDesk } from './inbound/wecom-callback.ts';
import { FOLLOW_APPROVALS, NOTE_NEWS, WecomInbound } from './inbound/wecom-inbound.ts';
import { openCardDesk } from './outbound/card-desk.ts';
import { openMessageDesk } from './outbound/message-desk.ts';
import { pgAlertBook, pgCallbackBook } from './outbound/pg-alert-book.ts';
import { pgCardBook, tasksByNumber } from './outbound/pg-card-book.ts';
import { wecomCards } from './outbound/wecom/cards.ts';
import { wecomClient } from './outbound/wecom/client.ts';
import { wecomMessages } from './outbound/wecom/messages.ts';
import { checkOpenCards } from './usecases/check-open-cards.ts';
import { followApprovals } from './usecases/follow-approvals.ts';
import { hearCallback } from './usecases/hear-callback.ts';
import { noteLetters } from './usecases/note-letters.ts';
import { noteNews } from './usecases/note-news.ts';
import type { Ports, Setup } from './usecases/ports.ts';
import { settleCards } from './usecases/settle-cards.ts';
import { tellAlerts } from './usecases/tell-alerts.ts';

@Module({})
class WecomAdapterModule {}

/** Who decides from a phone; who hears that an order needs a person. */
export const wecomAdapterService: ServiceDefinition<WecomConfig> = {
  name: 'wecom-adapter',
  migrations: new URL('../migrations/', import.meta.url),
  mechanisms: [outboundMigrations, rulebookMigrations],
  readConfig: readWecomConfig,
  httpPort: ({ httpPort }) => httpPort,
  setUpHttp: takeXml,
  module: (runtime) => {
    const { config, log, clock, submit, deadLetters } = runtime;
    const setup: Setup = { approvers: config.approvers, applicant: config.cards.applicant, alertRoles: config.alertRoles, checkEvery: config.checkEvery, nameOf: (userid) => recordedName(userid, config.names.get(userid)) };
    const ports = portsOf(runtime, setup);
    scheduleShadows(runtime, 'wecom-adapter', ports.rules);
    schedule(runtime, ports, {
      checkOpenCards: checkOpenCards(ports, setup), noteLetters: noteLetters({ ...ports, letters: deadLetters, clock, submit }), tellAlerts: tellAlerts(ports, setup),
    });
    const callbackDesk: CallbackDesk = { keys: { ...config.keys, templateId: config.cards.templateId }, clock, log, submit, hearCallback: hearCallback(ports) };
    const learning = rulesInbound(ports.rules);
    return {
      module: WecomAdapterModule,
      controllers: [WecomInbound, WecomCallback, ...learning.controllers],
      providers: [
        { provide: FOLLOW_APPROVALS, useValue: followApprovals(ports, setup) },
        { provide: NOTE_NEWS, useValue: noteNews(ports) },
        ...learning.providers,
        { provide: CALLBACK_DESK, useValue: callbackDesk },
      ],
    };
  },
};

function portsOf(runtime: Runtime<WecomConfig>, setup: Setup): Ports {
  const { config, policy, database, clock, log } = runtime;
  const client = wecomClient(config.access, clock);
  const books = {
    cards: pgCardBook(database), alerts: pgAlertBook(database), callbacks: pgCallbackBook, rules: pgRuleBook({ service: 'wecom-adapter', points: [alertPoint], policy, log }),
  };
  const messenger = openMessageDesk({ runtime, operations: wecomMessages(config.agentId, client), audience: config.audience });
  const operations = wecomCards(config.cards, { client, clock, recorded: (spNos) => tasksByNumber(database, spNos) });
  const desk = openCardDesk({ runtime, operations, settle: settleCards({ ...books, messenger, log }, setup) });
  return { ...books, desk, messenger, log };
}

export { isWecomWanted } from './config.ts';
