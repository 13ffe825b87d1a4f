import { runService } from '@order-mesh/platform';
import { approvalsService } from './module.ts';

await runService(approvalsService);
