import { runService } from '@order-mesh/platform';
import { financeService } from './module.ts';

await runService(financeService);
