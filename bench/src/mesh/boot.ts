import { topics } from '@order-mesh/contracts';
import type { Participant } from '@order-mesh/messaging';
import { approvalsService } from '@order-mesh/approvals';
import { contractService, contractServiceWith } from '@order-mesh/contract';
import { creditService } from '@order-mesh/credit';
import { erpAdapterService, erpAdapterServiceWith } from '@order-mesh/erp-adapter';
import { financeService } from '@order-mesh/finance';
import { gatewayService } from '@order-mesh/gateway';
import { inventoryService } from '@order-mesh/inventory';
import { logisticsService, logisticsServiceWith } from '@order-mesh/logistics';
import { orderOrchestratorService } from '@order-mesh/order-orchestrator';
import { bootServices, service, type Env, type RunningServices } from '@order-mesh/platform';
import { pricingService } from '@order-mesh/pricing';
import { localCarrier, localErp, localOffice } from './partners.ts';

/** Watches which orders end; `ended` is called once the transaction in which they do is committed. */
const watchEnds = (ended: (orderIds: readonly string[]) => void): Participant => ({
  name: 'bench',
  projection: true,
  subscriptions: [{
    topics: [topics.orderEvents],
    handle: async (batch, unit) => {
      const orderIds = batch.filter(({ type }) => ENDS.has(type)).map(({ key }) => key);
      unit.afterCommit(() => { ended(orderIds); });
    },
  }],
});

const ENDS: ReadonlySet<string> = new Set(['OrderConfirmed', 'OrderRejected', 'OrderCancelled', 'OrderNeedsAttention']);

/** The services of the mesh in this process, as they are but for partners that answer at once unless they are simulated; `crm-adapter` has nothing to do for orders of other origin. */
export function bootBenchMesh(env: Env, ended: (orderIds: readonly string[]) => void): Promise<RunningServices> {
  // partners over HTTP, wherever the environment says they are
  const isSimulated = env['BENCH_PARTNERS'] === 'simulated';
  const services = [
    service(orderOrchestratorService),
    service(isSimulated ? erpAdapterService : erpAdapterServiceWith(localErp)),
    service(pricingService),
    service(creditService),
    service(inventoryService),
    service(isSimulated ? contractService : contractServiceWith(localOffice)),
    service(isSimulated ? logisticsService : logisticsServiceWith(localCarrier)),
    service(approvalsService),
    service(financeService),
    ...env['BENCH_VIEW'] === 'off' ? [] : [service(gatewayService)],
  ];
  // nobody speaks for the CRM here, so its books can't be compared
  return bootServices(services, { env: { RECONCILE_MINUTES: '0', ...env }, groupId: 'order-mesh', beside: [watchEnds(ended)] });
}
