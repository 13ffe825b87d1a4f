import { join } from 'node:path';
import { print } from '../show/print.ts';
import { table } from '../show/text.ts';
import { simulatorEnv } from './addresses.ts';
import { assertAlone } from './mesh.ts';
import { listenForInterruption, untilAsked } from './interrupt.ts';
import { settlePorts } from './ports.ts';
import { esignProvider, outsideParts, wantedPorts, type PortName, type Ports, type SimulatorName } from './settings.ts';
import { starts, type RunningSimulator } from './simulators.ts';

export interface AloneOptions {
  readonly names: readonly SimulatorName[];
  readonly ports: Partial<Ports>;
  readonly freePorts: boolean;
  readonly dataDir: string;
  readonly json: boolean;
}

/** Runs simulators without a mesh until Ctrl-C; what they have taken is kept in the folder. Throws PORT_TAKEN, BAD_CONFIG (also when the mesh of the folder runs). */
export async function runSimulators({ names, ports: given, freePorts, dataDir, json }: AloneOptions): Promise<void> {
  assertAlone(dataDir);
  const { asked } = listenForInterruption();
  const own: readonly PortName[] = names.includes('salesforce') ? [...names, 'salesforcePubsub'] : names;
  const ports = await settlePorts(wantedPorts(given, process.env, freePorts), own);
  const env = { ESIGN_PROVIDER: esignProvider(process.env), ...simulatorEnv(names, ports, { stateDir: join(dataDir, 'simulators'), wecomCallback: outsideParts(process.env).wecomCallback }) };
  const running = await startAll(names, env);
  try {
    const found = names.map((name, at) => ({ name, url: running[at]?.url ?? '', ...(name === 'salesforce' && { pubsub: `127.0.0.1:${ports.salesforcePubsub}` }) }));
    print(json, found, () => [
      ...table([['system', 'where', 'what it has taken', 'how to have it fail'], ...found.map(({ name, url, pubsub }) => [
        name, pubsub === undefined ? url : `${url}, Pub/Sub ${pubsub}`, `GET ${url}/_sim/ledger`, `POST ${url}/_sim/faults {"status":503,"count":3}`,
      ])]),
      'Ctrl-C stops them; what they have taken is kept',
    ]);
    await untilAsked(asked);
  } finally {
    await Promise.all(running.map((one) => one.close()));
  }
}

/** All or none. */
async function startAll(names: readonly SimulatorName[], env: NodeJS.ProcessEnv): Promise<readonly RunningSimulator[]> {
  const outcomes = await Promise.allSettled(names.map((name) => starts[name](env)));
  const open = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (!failed) return open;
  await Promise.all(open.map((one) => one.close()));
  throw failed.reason;
}
