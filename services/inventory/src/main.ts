import { runService } from '@order-mesh/platform';
import { inventoryService } from './module.ts';

await runService(inventoryService);
