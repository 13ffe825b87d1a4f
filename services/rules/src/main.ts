import { runService } from '@order-mesh/platform';
import { rulesService } from './module.ts';

await runService(rulesService);
