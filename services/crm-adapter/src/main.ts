import { runService } from '@order-mesh/platform';
import { crmAdapterService } from './module.ts';

await runService(crmAdapterService);
