import { runService } from '@order-mesh/platform';
import { gatewayService } from './module.ts';

await runService(gatewayService);
