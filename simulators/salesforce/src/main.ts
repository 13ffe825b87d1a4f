import { portFrom, runAlone } from '@order-mesh/simulator';
import { startSalesforce } from './salesforce.ts';

await runAlone('salesforce', async () => startSalesforce({
  restPort: portFrom(process.env, 'SALESFORCE_PORT', 8081),
  pubsubPort: portFrom(process.env, 'SALESFORCE_PUBSUB_PORT', 8443),
  address: process.env['SIM_ADDRESS'],
  stateDir: process.env['SIM_STATE_DIR'],
}));
