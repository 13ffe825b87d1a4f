import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { BrokerSecurity } from '@order-mesh/messaging';
import { until } from '@order-mesh/testing';
import { openGateway, type Gateway } from '../src/gateway/gateway.ts';
import { hasEnded, type Order } from '../src/gateway/order.ts';
import { KAFKA_ADMIN, openLogins, POSTGRES_SUPERUSER } from '../src/up/logins.ts';
import { sessionIn } from '../src/session/of-mesh.ts';
import type { Session } from '../src/session/session.ts';
import { readMeshNote, type MeshNote } from '../src/up/mesh-file.ts';

export const root = resolve(import.meta.dirname, '..', '..');
export const meshScript = join(root, 'cli', 'bin', 'mesh.mjs');

/** A whole mesh in processes of its own, as `mesh up` starts it, on free ports and in a folder that goes with it. */
export interface RunningMesh {
  readonly dataDir: string;
  /** As it stands now: a part that was killed comes back under another process id. */
  note(): MeshNote;
  /** The order once nothing happens to it any more by itself. */
  ended(orderId: string, withinMs?: number): Promise<Order>;
  /** One of the demo's people, signed in; its operations person when nobody is named. */
  session(person?: string): Session;
  gateway(person?: string): Gateway;
  /** Both regional managers, each for own regions. */
  managers(): readonly Gateway[];
  /** Asks the gateway as somebody, with a body or for something. */
  ask(path: string, body?: object | string, person?: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Places an order as the web shop does, which signs in by itself. Rejects when it is not taken. */
  place(order: Readonly<Record<string, unknown>> & { readonly orderId: string }): Promise<void>;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly flags?: readonly string[];
  /** State of an earlier run; a new folder when absent. Removed with the mesh. */
  readonly dataDir?: string;
  /** Settings of its own, beside the environment. */
  readonly settings?: Readonly<Record<string, string>>;
}

export const newDataDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'order-mesh-'));

export async function startMesh({ flags = [], dataDir: earlier, settings = {} }: StartOptions = {}): Promise<RunningMesh> {
  const dataDir = earlier ?? await newDataDir();
  const child = spawn(process.execPath, [meshScript, 'up', '--free-ports', '--data-dir', dataDir, ...flags], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...settings } });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => { said += chunk.toString(); });
  const note = (): MeshNote => {
    const found = readMeshNote(dataDir);
    if (!found) throw new Error(`the mesh is not running:\n${said}`);
    return found;
  };
  try {
    await until('the mesh to be ready', async () => {
      if (child.exitCode !== null) throw new Error('the mesh ended');
      return Promise.resolve(note().readyAt !== null);
    }, 120_000);
  } catch (error) {
    await end(child, dataDir);
    throw new Error(`the mesh did not start:\n${said}`, { cause: error });
  }
  const session = (person?: string): Session => sessionIn(dataDir, note().addresses, person);
  const gateway = (person?: string): Gateway => openGateway(note().addresses.gateway, session(person));
  const shop = { MESH_CLIENT_ID: 'webshop', MESH_CLIENT_SECRET: 'demo-webshop-secret', MESH_CLIENT_SCOPE: 'orders:place orders:read' };
  const send = async (path: string, by: Session, body: object | string | undefined, headers: Readonly<Record<string, string>>): Promise<Response> => fetch(`${note().addresses.gateway}${path}`, {
    headers: { authorization: `Bearer ${await by.token()}`, ...(body !== undefined && { 'content-type': 'application/json', 'idempotency-key': randomUUID() }), ...headers },
    ...(body !== undefined && { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const ended = (orderId: string, withinMs?: number): Promise<Order> => until(`${orderId} to end`, async () => {
    const order = await gateway().order(orderId);
    return hasEnded(order) && order;
  }, withinMs);
  return {
    dataDir, note, ended, session, gateway, managers: () => ['李娜', '张伟'].map(gateway),
    ask: (path, body, person, headers = {}) => send(path, session(person), body, headers),
    async place(order) {
      const placed = await send('/v1/orders', sessionIn(dataDir, note().addresses, undefined, shop), { source: 'webshop', ...order }, {});
      if (!placed.ok) throw new Error(`${order.orderId} is not placed: ${await placed.text()}`);
    },
    stop: () => end(child, dataDir),
  };
}

async function end(child: ChildProcess, dataDir: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
  await rm(dataDir, { recursive: true, force: true });
}

/** The database as its superuser sees it: whoever has that password may do everything. */
export function superuserUrl({ dataDir, note }: RunningMesh): string {
  const url = new URL(note().addresses.databaseUrl);
  url.username = POSTGRES_SUPERUSER;
  url.password = openLogins(dataDir).passwordOf('postgres', POSTGRES_SUPERUSER);
  return url.href;
}

/** Kafka as its administrator sees it: he may write what no service ever would. */
export const kafkaAdmin = ({ dataDir }: RunningMesh): BrokerSecurity => kafkaLogin(dataDir, KAFKA_ADMIN);

export const kafkaLogin = (dataDir: string, username: string): BrokerSecurity =>
  ({ sasl: { mechanism: 'SCRAM-SHA-512', username, password: openLogins(dataDir).passwordOf('kafka', username) } });

/** The tail of what a part has logged, for a failing test to show. */
export async function logOf(mesh: RunningMesh, part: string): Promise<string> {
  const text = await readFile(join(mesh.dataDir, 'logs', `${part}.log`), 'utf8').catch(() => '');
  return text.split('\n').slice(-20).join('\n');
}
