import { approvalsService } from '@order-mesh/approvals';
import { auditService } from '@order-mesh/audit';
import { contractService } from '@order-mesh/contract';
import { creditService } from '@order-mesh/credit';
import { crmAdapterService } from '@order-mesh/crm-adapter';
import { erpAdapterService } from '@order-mesh/erp-adapter';
import { financeService } from '@order-mesh/finance';
import { gatewayService } from '@order-mesh/gateway';
import { inventoryService } from '@order-mesh/inventory';
import { logisticsService } from '@order-mesh/logistics';
import { orderOrchestratorService } from '@order-mesh/order-orchestrator';
import { bootServices, service, type Env, type RunningServices } from '@order-mesh/platform';
import { pricingService } from '@order-mesh/pricing';
import { rulesService } from '@order-mesh/rules-service';
import { isWecomWanted, wecomAdapterService } from '@order-mesh/wecom-adapter';

/** Boots all services of the mesh in this process, as one consumer group; WeCom's only where it is set up. */
export function bootMesh(env: Env): Promise<RunningServices> {
  const services = [
    service(orderOrchestratorService),
    service(crmAdapterService),
    service(erpAdapterService),
    service(pricingService),
    service(creditService),
    service(inventoryService),
    service(contractService),
    service(logisticsService),
    service(approvalsService),
    service(rulesService),
    service(financeService),
    service(gatewayService),
    service(auditService),
    ...(isWecomWanted(env) ? [service(wecomAdapterService)] : []),
  ];
  return bootServices(services, { env, groupId: 'order-mesh' });
}
