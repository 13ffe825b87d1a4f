import { startCarrier } from '@order-mesh/carrier-simulator';
import { startEsign } from '@order-mesh/esign-simulator';
import { startFasc } from '@order-mesh/fasc-simulator';
import { startIdentity } from '@order-mesh/identity-simulator';
import { startSalesforce } from '@order-mesh/salesforce-simulator';
import { portFrom } from '@order-mesh/simulator';
import { startU8 } from '@order-mesh/u8-simulator';
import { startWecom } from '@order-mesh/wecom-simulator';
import { esignProvider, type SimulatorName } from './settings.ts';

export interface RunningSimulator {
  readonly url: string;
  close(): Promise<void>;
}

/** How each simulator is started: its ports and its folder of state (`SIM_STATE_DIR`; none, nothing is kept) from the environment. */
export const starts: Readonly<Record<SimulatorName, (env: NodeJS.ProcessEnv) => Promise<RunningSimulator>>> = {
  salesforce: (env) => startSalesforce({ restPort: portFrom(env, 'SALESFORCE_PORT', 0), pubsubPort: portFrom(env, 'SALESFORCE_PUBSUB_PORT', 0), stateDir: env['SIM_STATE_DIR'] }),
  u8: (env) => startU8({ port: portFrom(env, 'U8_PORT', 0), stateDir: env['SIM_STATE_DIR'] }),
  esign: (env) => (esignProvider(env) === 'fasc' ? startFasc : startEsign)({ port: portFrom(env, 'ESIGN_PORT', 0), stateDir: env['SIM_STATE_DIR'] }),
  carrier: (env) => startCarrier({ port: portFrom(env, 'CARRIER_PORT', 0), stateDir: env['SIM_STATE_DIR'] }),
  identity: (env) => startIdentity({ port: portFrom(env, 'IDENTITY_PORT', 0), stateDir: env['SIM_STATE_DIR'], audience: env['OIDC_AUDIENCE'] || undefined }),
  wecom: (env) => startWecom({ port: portFrom(env, 'WECOM_PORT', 0), stateDir: env['SIM_STATE_DIR'], callbackUrl: env['WECOM_CALLBACK_URL'] }),
};
