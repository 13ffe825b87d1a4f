import { portFrom, runAlone } from '@order-mesh/simulator';
import { startWecom } from './server.ts';

const { env } = process;
await runAlone('wecom', () => startWecom({ port: portFrom(env, 'WECOM_PORT', 8086), address: env['SIM_ADDRESS'], stateDir: env['SIM_STATE_DIR'], callbackUrl: env['WECOM_CALLBACK_URL'] }));
