import { runService } from '@order-mesh/platform';
import { logisticsService } from './module.ts';

await runService(logisticsService);
