import { prepareMesh, runService, type Env, type NeedsTables, type ServiceDefinition } from '@order-mesh/platform';

/** A service of the image, loaded only when it is wanted: a process carries the code of one. */
interface Program {
  readonly run: () => Promise<void>;
  readonly tables: () => Promise<NeedsTables>;
}

const one = <Config>(load: () => Promise<ServiceDefinition<Config>>): Program => ({ run: async () => { await runService(await load()); }, tables: load });

const programs: Readonly<Record<string, Program>> = {
  approvals: one(async () => (await import('@order-mesh/approvals')).approvalsService),
  audit: one(async () => (await import('@order-mesh/audit')).auditService),
  contract: one(async () => (await import('@order-mesh/contract')).contractService),
  credit: one(async () => (await import('@order-mesh/credit')).creditService),
  'crm-adapter': one(async () => (await import('@order-mesh/crm-adapter')).crmAdapterService),
  'erp-adapter': one(async () => (await import('@order-mesh/erp-adapter')).erpAdapterService),
  finance: one(async () => (await import('@order-mesh/finance')).financeService),
  gateway: one(async () => (await import('@order-mesh/gateway')).gatewayService),
  inventory: one(async () => (await import('@order-mesh/inventory')).inventoryService),
  logistics: one(async () => (await import('@order-mesh/logistics')).logisticsService),
  'order-orchestrator': one(async () => (await import('@order-mesh/order-orchestrator')).orderOrchestratorService),
  pricing: one(async () => (await import('@order-mesh/pricing')).pricingService),
  rules: one(async () => (await import('@order-mesh/rules-service')).rulesService),
  'wecom-adapter': one(async () => (await import('@order-mesh/wecom-adapter')).wecomAdapterService),
};

const PREPARE = 'prepare';

/** What the image runs: each service by its name, and `prepare`, which makes ready the database and the topics for all of them and ends. */
export const programNames: readonly string[] = [...Object.keys(programs), PREPARE];

/** How to run the program of that name; undefined when there is none. */
export function programNamed(name: string, env: Env): (() => Promise<void>) | undefined {
  if (name === PREPARE) return async () => { await prepareMesh(await Promise.all(Object.values(programs).map(({ tables }) => tables())), env); };
  return Object.hasOwn(programs, name) ? programs[name]?.run : undefined;
}
