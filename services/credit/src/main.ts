import { runService } from '@order-mesh/platform';
import { creditService } from './module.ts';

await runService(creditService);
