import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort } from '@order-mesh/embedded';
import { until } from '../harness/meter.ts';
import { onDatabase, type Servers } from '../harness/servers.ts';

/** The partners as simulators in a process of their own. */
export interface Partners {
  readonly pid: number;
  /** What the mesh has to be told about them. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on every call of every partner waits so long. */
  delay(milliseconds: number): Promise<void>;
  /** U8 answers 503 to everything from now on. */
  takeU8Away(): Promise<void>;
  /** Ends that; resolves with the number of requests that were turned away. */
  bringU8Back(): Promise<number>;
  stop(): Promise<void>;
}

export interface SampleCustomer {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly address: string;
  readonly contactName: string;
  readonly contactPhone: string;
  readonly creditLimitFen: number;
  readonly signs: string;
  readonly receivables: readonly { readonly daysOverdue: number; readonly amountFen: number }[];
}

export interface SampleProduct {
  readonly sku: string;
  readonly name: string;
  readonly unit: string;
  readonly unitPriceFen: number;
  readonly onHand: number;
}

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const HOST = join(ROOT, 'cli', 'dist', 'up', 'simulators-host.js');
const WITHIN_MS = 60_000;
const KNOWN_WITHIN_MS = 180_000;

export const sampleCustomers = (): readonly SampleCustomer[] => sample<SampleCustomer>('customers');
export const sampleProducts = (): readonly SampleProduct[] => sample<SampleProduct>('products');

export async function startPartners(servers: Servers): Promise<Partners> {
  const ports = { u8: await freePort(), esign: await freePort(), carrier: await freePort() };
  const callback = await freePort();
  const { pid, stop, urls } = await startSimulators(servers, { U8_PORT: ports.u8, ESIGN_PORT: ports.esign, CARRIER_PORT: ports.carrier }, 'u8,esign,carrier');
  return {
    pid, stop,
    env: {
      BENCH_PARTNERS: 'simulated', U8_URL: urls[0] ?? '', ESIGN_URL: urls[1] ?? '', SF_URL: urls[2] ?? '',
      CONTRACT_HTTP_PORT: String(callback), CONTRACT_CALLBACK_URL: `http://127.0.0.1:${callback}/v1/callbacks/esign`,
    },
    async delay(milliseconds) {
      for (const url of urls) {
        await forget(url);
        if (milliseconds > 0) await ask(url, { delayMs: milliseconds });
      }
    },
    takeU8Away: () => ask(urls[0] ?? '', { status: 503 }),
    async bringU8Back() {
      const faults = await (await fetch(`${urls[0]}/_sim/faults`)).json() as readonly { readonly fired: number }[];
      await forget(urls[0] ?? '');
      return faults.reduce((sum, { fired }) => sum + fired, 0);
    },
  };
}

async function ask(url: string, fault: object): Promise<void> {
  await fetch(`${url}/_sim/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fault) });
}

async function forget(url: string): Promise<void> {
  await fetch(`${url}/_sim/faults`, { method: 'DELETE' });
}

/** Salesforce as a simulator in a process of its own. */
export interface Salesforce {
  readonly pid: number;
  readonly url: string;
  /** What the mesh has to be told about it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startSalesforce(servers: Servers): Promise<Salesforce> {
  const ports = { SALESFORCE_PORT: await freePort(), SALESFORCE_PUBSUB_PORT: await freePort() };
  const url = `http://127.0.0.1:${ports.SALESFORCE_PORT}`;
  const { pid, stop } = await startSimulators(servers, ports, 'salesforce', [url]);
  return { pid, stop, url, env: { SALESFORCE_URL: url, SALESFORCE_PUBSUB: `127.0.0.1:${ports.SALESFORCE_PUBSUB_PORT}` } };
}

interface Simulators {
  readonly pid: number;
  readonly urls: readonly string[];
  stop(): Promise<void>;
}

async function startSimulators(servers: Servers, ports: Readonly<Record<string, number>>, names: string, urls = Object.values(ports).map((port) => `http://127.0.0.1:${port}`)): Promise<Simulators> {
  const settings = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));
  const child = fork(HOST, {
    env: { ...process.env, NODE_ENV: 'production', SIMULATORS: names, ...settings, SIM_STATE_DIR: join(servers.folder, 'simulators') },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [],
  });
  child.send('go');
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  };
  const answer = async (url: string): Promise<boolean> => (await fetch(`${url}/_sim/health`)).ok;
  try {
    for (const url of urls) await until(`the simulator at ${url}`, WITHIN_MS, () => answer(url).then((isUp) => isUp || undefined, () => undefined));
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid ?? 0, urls, stop };
}

/** Waits until the mesh has read the customers and the stock of the sample out of the ERP. */
export async function knowsSample(databaseUrl: string): Promise<void> {
  const [customers, products] = [sampleCustomers().length, sampleProducts().length];
  await onDatabase(databaseUrl, (client) => until('the master data of the ERP', KNOWN_WITHIN_MS, async () => {
    const { rows: [row] } = await client.query<{ customers: string; skus: string }>(
      'select (select count(*) from credit.account where credit_limit is not null) as customers, (select count(distinct sku) from inventory.level) as skus');
    return Number(row?.customers) >= customers && Number(row?.skus) >= products ? true : undefined;
  }));
}

function sample<One>(name: string): readonly One[] {
  return JSON.parse(readFileSync(join(ROOT, 'simulators', 'data', `${name}.json`), 'utf8')) as readonly One[];
}
