import { portFrom, runAlone } from '@order-mesh/simulator';
import { startFasc } from './server.ts';

await runAlone('fasc', () => startFasc({ port: portFrom(process.env, 'FASC_PORT', 8088), address: process.env['SIM_ADDRESS'], stateDir: process.env['SIM_STATE_DIR'] }));
