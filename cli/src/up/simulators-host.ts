import { startCarrier } from '@order-mesh/carrier-simulator';
import { startEsign } from '@order-mesh/esign-simulator';
import { startSalesforce } from '@order-mesh/salesforce-simulator';
import { portFrom } from '@order-mesh/simulator';
import { startU8 } from '@order-mesh/u8-simulator';
import { host } from './host.ts';
import { simulatorNames, type SimulatorName } from './settings.ts';

interface Open {
  close(): Promise<void>;
}

const { env } = process;
const stateDir = env['SIM_STATE_DIR'];

const starts: Readonly<Record<SimulatorName, () => Promise<Open>>> = {
  salesforce: () => startSalesforce({ restPort: portFrom(env, 'SALESFORCE_PORT', 0), pubsubPort: portFrom(env, 'SALESFORCE_PUBSUB_PORT', 0), stateDir }),
  u8: () => startU8({ port: portFrom(env, 'U8_PORT', 0), stateDir }),
  esign: () => startEsign({ port: portFrom(env, 'ESIGN_PORT', 0), stateDir }),
  carrier: () => startCarrier({ port: portFrom(env, 'CARRIER_PORT', 0), stateDir }),
};

await host('simulators', async () => {
  const wanted = (env['SIMULATORS'] ?? '').split(',');
  const open = await Promise.all(simulatorNames.filter((name) => wanted.includes(name)).map((name) => starts[name]()));
  return { stop: async () => { await Promise.all(open.map((one) => one.close())); } };
});
