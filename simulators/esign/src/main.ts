import { portFrom, runAlone } from '@order-mesh/simulator';
import { startEsign } from './server.ts';

await runAlone('esign', () => startEsign({ port: portFrom(process.env, 'ESIGN_PORT', 8083), address: process.env['SIM_ADDRESS'], stateDir: process.env['SIM_STATE_DIR'] }));
