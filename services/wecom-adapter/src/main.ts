import { runService } from '@order-mesh/platform';
import { wecomAdapterService } from './module.ts';

await runService(wecomAdapterService);
