import { Module } from '@nestjs/common';
import { outboundMigrations } from '@order-mesh/outbound';
import { statementDesk, type Runtime, type ServiceDefinition } from '@order-mesh/platform';
import { openVault, privacyMigrations } from '@order-mesh/privacy';
import { readCrmAdapterConfig, type CrmAdapterConfig } from './config.ts';
import { CrmInbound, GIVE_STATEMENT, REPAIR_CRM, REPORT_BACK, TAKE_IMPORT_COMMANDS } from './inbound/crm-inbound.ts';
import { startFollowing } from './inbound/following.ts';
import { crmMeasures } from './measures.ts';
import { pause, roomIn } from './outbound/pause.ts';
import { pgImports, pgToldOrders } from './outbound/pg-imports.ts';
import { pgPositions } from './outbound/pg-positions.ts';
import { pgReportBook } from './outbound/pg-report-book.ts';
import { salesforceChangeFeed } from './outbound/salesforce/change-feed.ts';
import { salesforceOrderLists } from './outbound/salesforce/order-lists.ts';
import { salesforceOrders } from './outbound/salesforce/orders.ts';
import { openPubSub } from './outbound/salesforce/protocol.ts';
import { reportDesk } from './outbound/salesforce/report-desk.ts';
import { openSession, type Session } from './outbound/salesforce/session.ts';
import { followCrm, type FollowCrmPorts } from './usecases/follow-crm.ts';
import { repairCrm } from './usecases/repair-crm.ts';
import { reportBack } from './usecases/report-back.ts';
import { runImports } from './usecases/run-imports.ts';
import { takeImportCommands } from './usecases/take-import-commands.ts';

@Module({})
class CrmAdapterModule {}

/** What did the customer order; how did it go? */
export const crmAdapterService: ServiceDefinition<CrmAdapterConfig> = {
  name: 'crm-adapter',
  migrations: new URL('../migrations/', import.meta.url),
  mechanisms: [outboundMigrations, privacyMigrations],
  readConfig: readCrmAdapterConfig,
  module: (runtime) => {
    const { config, log } = runtime;
    const { salesforce, giveUpReportAfter, importPerSecond } = config;
    const session = openSession(salesforce);
    // without the master key of the contacts no order may be taken: sealed under another, it could not be delivered
    runtime.checkFirst(openVault(config.privacyKey, runtime).check);
    const reports = reportDesk({ runtime, session, book: pgReportBook(runtime.database), giveUpAfter: giveUpReportAfter, timeout: salesforce.timeout });
    const ports = followPorts(runtime, session);
    startFollowing(runtime, 'the CRM', followCrm(ports));
    const imports = pgImports(runtime.database);
    startFollowing(runtime, 'imports', runImports({
      ...ports, imports, lists: salesforceOrderLists(session, salesforce), full: () => runtime.congestion.now()?.reason ?? null, perSecond: importPerSecond === 0 ? Infinity : importPerSecond,
    }));
    const giveStatement = statementDesk(runtime, {
      side: 'crm', read: (from) => ports.orders.statedSince(from), messageOf: (page, orders) => ({ type: 'CrmStatement', value: { ...page, orders } }),
    });
    return {
      module: CrmAdapterModule,
      controllers: [CrmInbound],
      providers: [
        { provide: REPORT_BACK, useValue: reportBack({ reports, log }) },
        { provide: TAKE_IMPORT_COMMANDS, useValue: takeImportCommands({ imports, log }) },
        { provide: GIVE_STATEMENT, useValue: giveStatement },
        { provide: REPAIR_CRM, useValue: repairCrm({ ...ports, reports }) },
      ],
    };
  },
};

function followPorts(runtime: Runtime<CrmAdapterConfig>, session: Session): FollowCrmPorts {
  const { config: { salesforce, privacyKey }, log, clock, submit, policy, database, metrics } = runtime;
  const pubsub = openPubSub(salesforce);
  runtime.onStop(async () => { pubsub.close(); });
  const lost = metrics.counter(crmMeasures.lost);
  return {
    feed: salesforceChangeFeed({ pubsub, session, config: salesforce, log }),
    orders: salesforceOrders(session, salesforce),
    positions: pgPositions(salesforce.topic, database),
    told: pgToldOrders(database), contacts: openVault(privacyKey, runtime),
    pause, room: roomIn(runtime.congestion, pause), submit, policy, clock, log, ownClient: salesforce.clientName, onPositionLost: () => lost.add({}),
  };
}
