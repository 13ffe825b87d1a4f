import { runService } from '@order-mesh/platform';
import { contractService } from './module.ts';

await runService(contractService);
