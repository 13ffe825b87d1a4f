import { portFrom, runAlone } from '@order-mesh/simulator';
import { startIdentity } from './server.ts';

const { env } = process;

await runAlone('identity', () => startIdentity({
  port: portFrom(env, 'IDENTITY_PORT', 8088), address: env['SIM_ADDRESS'], stateDir: env['SIM_STATE_DIR'], issuer: env['IDENTITY_ISSUER'], audience: env['OIDC_AUDIENCE'],
}));
