import { Module, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { seconds } from '@order-mesh/kernel';
import { outboundMigrations, partnerBoard } from '@order-mesh/outbound';
import type { Runtime, ServiceDefinition } from '@order-mesh/platform';
import { openVault, privacyMigrations } from '@order-mesh/privacy';
import { shippedRules } from '@order-mesh/rules';
import { readGatewayConfig, type GatewayConfig } from './config.ts';
import { reachOf } from './domain/caller.ts';
import { approvalReach } from './domain/deputy.ts';
import { ordersUnderWay, type UnderWay } from './domain/under-way.ts';
import { AccessGuard } from './inbound/access.ts';
import { ADOPTION_DESK, AdoptionController, type AdoptionDesk } from './inbound/adoption.controller.ts';
import { openAdmission } from './inbound/admission.ts';
import { ADMIT } from './inbound/admitting.ts';
import { APPROVAL_REACH, ApprovalsController, type ApprovalReach } from './inbound/approvals.controller.ts';
import { CASE_DESK, CasesController, type CaseDesk } from './inbound/cases.controller.ts';
import { DEAD_LETTERS, DeadLettersController } from './inbound/dead-letters.controller.ts';
import { DELEGATION_DESK, DelegationsController, type DelegationDesk } from './inbound/delegations.controller.ts';
import { FinanceController } from './inbound/finance.controller.ts';
import { HEADERS } from './inbound/headers.ts';
import { HealthController, READINESS } from './inbound/health.controller.ts';
import { OrderDecisionsController } from './inbound/order-decisions.controller.ts';
import { OrdersController, READER, READ_ORDER, SHOW_ORDER } from './inbound/orders.controller.ts';
import { orderReader } from './inbound/order-requests.ts';
import { IdempotencyInterceptor } from './inbound/idempotency.interceptor.ts';
import { IMPORT_DESK, ImportsController, type ImportDesk } from './inbound/imports.controller.ts';
import { limiting, LIMITING } from './inbound/limiting.ts';
import { ERASE_CONTACTS, PrivacyController } from './inbound/privacy.controller.ts';
import { MeController } from './inbound/me.controller.ts';
import { ProblemFilter } from './inbound/problem.filter.ts';
import { PARTNER_BOARD, PARTNER_LOG, PartnersController } from './inbound/partners.controller.ts';
import { FOLLOW_DELEGATIONS, FOLLOW_IMPORTS, PROJECT_MESSAGES, ProjectionController } from './inbound/projection.controller.ts';
import { PROJECT_RECONCILIATION, ReconciliationProjectionController } from './inbound/reconciliation-projection.controller.ts';
import { RECONCILIATION_DESK, ReconciliationController, type ReconciliationDesk } from './inbound/reconciliation.controller.ts';
import { RegistryController } from './inbound/registry.controller.ts';
import { PROTECTED_RESOURCE, ResourceController } from './inbound/resource.controller.ts';
import { scheduleForgetting, watchKeys } from './inbound/schedules.ts';
import { PROJECT_RULES, PROJECT_SIMULATIONS, RulesProjectionController } from './inbound/rules-projection.controller.ts';
import { RULES_DESK, RulesController, type RulesDesk } from './inbound/rules.controller.ts';
import { setUpHttp } from './inbound/set-up-http.ts';
import { SHADOW_DESK, ShadowsController, type ShadowDesk } from './inbound/shadows.controller.ts';
import { TOKENS } from './inbound/signing-in.ts';
import { WRITES, writesOf } from './inbound/writes.ts';
import { gatewayMeasures } from './measures.ts';
import { oidcTokens } from './outbound/oidc-tokens.ts';
import { pgCaseReader, pgCaseViews } from './outbound/pg-case-views.ts';
import { pgContactViews } from './outbound/pg-contact-views.ts';
import { pgDelegationReader, pgDelegationViews } from './outbound/pg-delegation-views.ts';
import { pgImportReader, pgImportViews } from './outbound/pg-import-views.ts';
import { pgKeyBook } from './outbound/pg-key-book.ts';
import { pgReader } from './outbound/pg-reader.ts';
import { pgReconciliationReader, pgReconciliationViews } from './outbound/pg-reconciliation-views.ts';
import { pgRulesReader, pgRulesViews } from './outbound/pg-rules-views.ts';
import { pgViewBook, readViewsAhead } from './outbound/pg-view-book.ts';
import { sha256 } from './outbound/sha256.ts';
import { answerOnce } from './usecases/answer-once.ts';
import { cancelOrder } from './usecases/cancel-order.ts';
import { countUnderWay } from './usecases/count-under-way.ts';
import { decideApprovals } from './usecases/decide-approvals.ts';
import { eraseContacts } from './usecases/erase-contacts.ts';
import { forgetKeys } from './usecases/forget-keys.ts';
import { placeOrders } from './usecases/place-orders.ts';
import { showOrder } from './usecases/show-order.ts';
import { askShadow, askShadowEnd } from './usecases/shadow-rules.ts';
import { assignCase, resolveCase } from './usecases/work-on-case.ts';
import { followImports, resumeImport, startImport, stopImport } from './usecases/work-on-import.ts';
import { askDelegation, askEnd, followDelegations } from './usecases/work-on-delegation.ts';
import { acceptDifference, repairDifference, startRun } from './usecases/reconcile.ts';
import { askSimulation, decideChange, proposeChange, rollBackRules } from './usecases/change-rules.ts';
import { projectRules, projectSimulations } from './usecases/project-rules.ts';
import { projectReconciliation } from './usecases/project-reconciliation.ts';
import { projectMessages } from './usecases/project-messages.ts';

@Module({})
class GatewayModule {}

/** The front door for people and upstream systems: it watches every order, and takes what people want. */
export const gatewayService: ServiceDefinition<GatewayConfig> = {
  name: 'gateway',
  migrations: new URL('../migrations/', import.meta.url),
  mechanisms: [outboundMigrations, privacyMigrations],
  readConfig: readGatewayConfig,
  readAhead: readViewsAhead,
  // sees what a batch decided once, at its end; its HTTP routes send through local work all the same
  projection: true,
  httpPort: ({ httpPort }) => httpPort,
  setUpHttp,
  module: (runtime) => {
    const { config, policy, log, submit, obstacle, readiness, clock, database } = runtime;
    const underWay = ordersUnderWay();
    const contacts = openVault(config.privacyKey, runtime);
    const reader = pgReader(database);
    const ports = { views: pgViewBook, contacts, contactViews: pgContactViews, cases: pgCaseViews, imports: pgImportViews, delegations: pgDelegationViews, reconciliations: pgReconciliationViews, rules: pgRulesViews, keys: pgKeyBook, digest: sha256, log };
    limitUnderWay(runtime, underWay);
    // without the master key of the contacts no order may be taken: sealed under another, it could not be delivered
    runtime.checkFirst(contacts.check);
    scheduleForgetting(runtime, forgetKeys(ports, config.keepKeysFor));
    const once = answerOnce(ports, config.answerWithin * 2);
    const writes = writesOf({
      once, submit, obstacle, clock, answerWithin: config.answerWithin,
      placeOrders: placeOrders(ports), cancelOrder: cancelOrder(ports), decideApprovals: decideApprovals({ ...ports, hasDirectory: config.whoIsWho.people !== null }),
    });
    const reconciliation: ReconciliationDesk = {
      reader: pgReconciliationReader(database), start: startRun(ports), repair: repairDifference(ports), accept: acceptDifference(ports),
    };
    const rules: RulesDesk = {
      reader: pgRulesReader(database), shipped: shippedRules({ ...policy.credit, ...policy.inventory }),
      propose: proposeChange(ports), decide: decideChange(ports), rollBack: rollBackRules(ports), simulate: askSimulation(ports),
    };
    return {
      module: GatewayModule,
      controllers: [
        ProjectionController, ReconciliationProjectionController, RulesProjectionController, OrdersController, OrderDecisionsController, ApprovalsController, DelegationsController, CasesController, ImportsController, PrivacyController, DeadLettersController, PartnersController,
        FinanceController, ReconciliationController, AdoptionController, ShadowsController, RulesController, RegistryController, MeController, ResourceController, HealthController,
      ],
      providers: [
        ...doorOf(runtime),
        { provide: APP_INTERCEPTOR, useValue: new IdempotencyInterceptor({ writes, once, digest: sha256, log }) },
        { provide: PROJECT_MESSAGES, useValue: countUnderWay(projectMessages(ports), underWay) },
        { provide: FOLLOW_IMPORTS, useValue: followImports(ports) },
        { provide: FOLLOW_DELEGATIONS, useValue: followDelegations(ports) },
        { provide: DELEGATION_DESK, useValue: { reader: pgDelegationReader(database), delegate: askDelegation(ports), end: askEnd(ports), clock } satisfies DelegationDesk },
        { provide: WRITES, useValue: writes },
        { provide: CASE_DESK, useValue: { reader: pgCaseReader(database, () => clock.now()), assign: assignCase(ports), resolve: resolveCase(ports) } satisfies CaseDesk },
        { provide: IMPORT_DESK, useValue: { reader: pgImportReader(database), start: startImport(ports), stop: stopImport(ports), resume: resumeImport(ports) } satisfies ImportDesk },
        { provide: PROJECT_RECONCILIATION, useValue: projectReconciliation(ports) },
        { provide: RECONCILIATION_DESK, useValue: reconciliation },
        { provide: PROJECT_RULES, useValue: projectRules(ports) },
        { provide: PROJECT_SIMULATIONS, useValue: projectSimulations(ports) },
        { provide: RULES_DESK, useValue: rules },
        { provide: SHADOW_DESK, useValue: { reader: rules.reader, begin: askShadow(ports), end: askShadowEnd(ports) } satisfies ShadowDesk },
        { provide: ADOPTION_DESK, useValue: { reader: rules.reader, whoIsWho: config.whoIsWho, clock } satisfies AdoptionDesk },
        { provide: DEAD_LETTERS, useValue: runtime.deadLetters },
        { provide: PARTNER_BOARD, useValue: partnerBoard(database, () => clock.now()) },
        { provide: PARTNER_LOG, useValue: log },
        { provide: READER, useValue: reader },
        { provide: SHOW_ORDER, useValue: showOrder({ reader, contacts }) },
        { provide: ERASE_CONTACTS, useValue: eraseContacts(ports) },
        { provide: READ_ORDER, useValue: orderReader(policy.order) },
        { provide: READINESS, useValue: readiness },
      ],
    };
  },
};

export { digestOfRows, rebuildViews, type RebuiltViews, type ViewDigest, type ViewRows } from './outbound/rebuilt-views.ts';

/** Who comes in, how often, and what is said to whoever does not. */
function doorOf(runtime: Runtime<GatewayConfig>): readonly Provider[] {
  const { config, clock } = runtime;
  const tokens = oidcTokens({ ...config.oidc, clock });
  watchKeys(runtime, tokens);
  return [
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: TOKENS, useValue: tokens },
    { provide: APPROVAL_REACH, useValue: reachOfDeputies(runtime) },
    { provide: PROTECTED_RESOURCE, useValue: config.oidc },
    { provide: APP_FILTER, useValue: new ProblemFilter(runtime) },
    { provide: HEADERS, useValue: config.headers },
    { provide: LIMITING, useValue: limiting(config.rates, clock) },
    { provide: ADMIT, useValue: openAdmission({ ...runtime, ...config }) },
  ];
}

/** Delegations need a directory; without one there is nobody to ask about. */
function reachOfDeputies({ config: { whoIsWho: { people } }, database, clock }: Pick<Runtime<GatewayConfig>, 'config' | 'database' | 'clock'>): ApprovalReach {
  const delegations = pgDelegationReader(database);
  return async (who) => {
    const own = reachOf(who);
    return own === 'everything' || people === null ? own : approvalReach(who, await delegations.lasting(clock.now()), people, clock.now());
  };
}

const FULL_AGAIN_BELOW = 0.9;

/** Has new orders wait while more are under way than is agreed, until a tenth of them is through. */
function limitUnderWay({ config: { mostUnderWay }, congestion, clock, metrics }: Pick<Runtime<GatewayConfig>, 'config' | 'congestion' | 'clock' | 'metrics'>, underWay: UnderWay): void {
  let isFull = false;
  metrics.watched(gatewayMeasures.underWay, () => underWay.count(clock.now()), {});
  congestion.watch(() => {
    const now = clock.now();
    const count = underWay.count(now);
    isFull = count >= (isFull ? mostUnderWay * FULL_AGAIN_BELOW : mostUnderWay);
    if (!isFull) return null;
    const perSecond = Math.max(1, underWay.perSecond(now));
    return { reason: `${count} orders are under way, about ${Math.round(perSecond)} a second get through`, perSecond, freeIn: seconds((count - mostUnderWay * FULL_AGAIN_BELOW) / perSecond) };
  });
}
