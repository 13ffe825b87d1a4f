import { runService } from '@order-mesh/platform';
import { auditService } from './module.ts';

await runService(auditService);
