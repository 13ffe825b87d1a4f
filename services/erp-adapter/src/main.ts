import { runService } from '@order-mesh/platform';
import { erpAdapterService } from './module.ts';

await runService(erpAdapterService);
