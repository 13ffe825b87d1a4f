import { portFrom, runAlone } from '@order-mesh/simulator';
import { startCarrier } from './server.ts';

await runAlone('carrier', () => startCarrier({ port: portFrom(process.env, 'CARRIER_PORT', 8084), address: process.env['SIM_ADDRESS'], stateDir: process.env['SIM_STATE_DIR'] }));
