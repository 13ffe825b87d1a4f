import { runService } from '@order-mesh/platform';
import { pricingService } from './module.ts';

await runService(pricingService);
