import { runService } from '@order-mesh/platform';
import { orderOrchestratorService } from './module.ts';

await runService(orderOrchestratorService);
