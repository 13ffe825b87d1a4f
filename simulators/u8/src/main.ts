import { portFrom, runAlone } from '@order-mesh/simulator';
import { startU8 } from './server.ts';

await runAlone('u8', () => startU8({ port: portFrom(process.env, 'U8_PORT', 8082), address: process.env['SIM_ADDRESS'], stateDir: process.env['SIM_STATE_DIR'] }));
