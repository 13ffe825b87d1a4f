import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createCodec, outgoing, partitionFor, platformaticBroker, type Codec, type Producer } from '@order-mesh/messaging';
import { contracts, type AnyMessage } from '@order-mesh/contracts';
import type { Servers } from '../harness/servers.ts';
import { onDatabase } from '../harness/servers.ts';
import { until } from '../harness/meter.ts';
import { issuer } from './issuer.ts';
import { CUSTOMERS, masterData, SKUS, type Prefix, type Variant } from '../workload.ts';

export interface MeshOptions {
  readonly servers: Servers;
  readonly databaseUrl: string;
  /** Processes that share the partitions. */
  readonly processes?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly execArgv?: readonly string[];
}

/** The mesh under measurement, and an upstream system beside it that places orders and hears how they end. */
export interface BenchMesh {
  readonly pids: readonly number[];
  readonly adminPorts: readonly number[];
  readonly databaseUrl: string;
  /** Teaches the mesh the customers and products of a prefix. */
  learn(prefix: Prefix, variant: Variant): Promise<void>;
  publish(messages: readonly Telling[]): Promise<void>;
  /** Told of the end of each order, when its transaction is committed. */
  onEnd: (orderId: string) => void;
  stop(): Promise<void>;
}

export type Telling = AnyMessage & { readonly key: string };

export const PARTITIONS = 12;
/** Room for young objects that the batches under way fit into, at its full size from the start. */
export const NODE_FLAGS: readonly string[] = ['--max-semi-space-size=64', '--min-semi-space-size=64'];
const START_WITHIN_MS = 60_000;

/** Starts the mesh on a database and waits until it is ready. */
export async function startMesh({ servers, databaseUrl, processes = 1, env = {}, execArgv = [] }: MeshOptions): Promise<BenchMesh> {
  const signed = await issuer;
  const children: Child[] = [];
  for (let index = 0; index < processes; index += 1) {
    children.push(await startChild({
      ...process.env, KAFKA_BROKERS: servers.brokers, KAFKA_PARTITIONS: String(PARTITIONS), DATABASE_URL: databaseUrl, ADMIN_PORT: '0', GATEWAY_HTTP_PORT: '0',
      CONTRACT_HTTP_PORT: '0', LOG_LEVEL: 'warn', ...signed.env, ...env,
    }, execArgv));
  }
  const broker = platformaticBroker({ brokers: [servers.brokers], clientId: 'upstream' });
  const codec = createCodec();
  const producer = await broker.producer();
  const mesh: BenchMesh = {
    pids: children.map(({ process: { pid } }) => pid ?? 0),
    adminPorts: children.map(({ adminPort }) => adminPort),
    databaseUrl,
    learn: (prefix, variant) => learn(mesh, prefix, variant),
    publish: (messages) => publish(messages, producer, codec),
    onEnd: () => {},
    async stop() {
      await broker.close();
      await Promise.all(children.map(stopChild));
    },
  };
  for (const { process: child } of children) {
    child.on('message', ({ ended = [] }: { readonly ended?: readonly string[] }) => { for (const orderId of ended) mesh.onEnd(orderId); });
  }
  return mesh;
}

interface Child {
  readonly process: ChildProcess;
  readonly adminPort: number;
}

async function startChild(env: NodeJS.ProcessEnv, execArgv: readonly string[]): Promise<Child> {
  const child = fork(new URL('./main.js', import.meta.url), { env, execArgv: [...execArgv], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ready = once(child, 'message', { signal: AbortSignal.timeout(START_WITHIN_MS) });
  const ended = once(child, 'exit').then(([code]) => { throw new Error(`the mesh ended with ${String(code)} while starting`); });
  ended.catch(() => {});
  const [message] = await Promise.race([ready, ended]);
  const { adminPort } = message as { readonly adminPort: number };
  await until('the mesh to be ready', START_WITHIN_MS, async () => ((await fetch(`http://127.0.0.1:${adminPort}/health/ready`)).ok ? true : undefined));
  return { process: child, adminPort };
}

async function stopChild({ process: child }: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => { child.kill('SIGKILL'); }, 10_000);
  await exited;
  clearTimeout(late);
}

async function publish(messages: readonly Telling[], producer: Producer, codec: Codec): Promise<void> {
  await producer.publish(messages.map((message) => outgoing({
    topic: contracts[message.type].topic, partition: partitionFor(message.key, PARTITIONS), key: message.key, value: codec.encode(message), headers: {},
  })));
}

async function learn(mesh: BenchMesh, prefix: Prefix, variant: Variant): Promise<void> {
  await mesh.publish(masterData(prefix, variant));
  await onDatabase(mesh.databaseUrl, (client) => until('the master data to be learnt', START_WITHIN_MS, async () => {
    const { rows: [row] } = await client.query<{ customers: string; skus: string }>(
      'select (select count(*) from credit.account where customer_id like $1) as customers, (select count(*) from inventory.level where sku like $1) as skus', [`${prefix}%`]);
    return Number(row?.customers) === CUSTOMERS && Number(row?.skus) === SKUS ? true : undefined;
  }));
}
