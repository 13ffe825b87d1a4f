import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topics } from '@order-mesh/contracts';
import { isAlive, identify, type KnownProcess } from '@order-mesh/embedded';
import { until } from '@order-mesh/testing';
import { readMeshNote, type MeshNote } from '../src/up/mesh-file.ts';
import { meshScript } from './running-mesh.ts';

let dataDir: string;

beforeAll(async () => { dataDir = await mkdtemp(join(tmpdir(), 'order-mesh-')); });
afterAll(() => rm(dataDir, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

interface Running {
  readonly ended: Promise<Ended>;
  signal(name: NodeJS.Signals): void;
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [meshScript, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1', ...env } });
  const heard = { out: '', said: '' };
  child.stdout.on('data', (chunk: Buffer) => { heard.out += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => { heard.said += chunk.toString(); });
  return {
    ended: once(child, 'close').then(() => ({ code: child.exitCode, ...heard })),
    signal: (name) => { child.kill(name); },
  };
}

const mesh = (...args: readonly string[]): Promise<Ended> => start([...args, '--data-dir', dataDir]).ended;
const json = async (...args: readonly string[]): Promise<Record<string, unknown>> => JSON.parse((await mesh(...args, '--json')).out);

function readyMesh(running: Running): Promise<MeshNote> {
  return Promise.race([
    until('the mesh to be ready', async () => Promise.resolve(readMeshNote(dataDir)?.readyAt ? readMeshNote(dataDir) : undefined), 120_000),
    running.ended.then(({ said }) => { throw new Error(`the mesh ended:\n${said}`); }),
  ]);
}

const known = ({ processes }: MeshNote): readonly (KnownProcess | undefined)[] => Object.values(processes).map((pid) => identify(pid));

it('places orders, waits until each has ended, prints one line of JSON and leaves no process', async () => {
  const running = start(['up', '--demo', '--once', '--orders', '20', '--json', '--free-ports', '--data-dir', dataDir]);
  const parts = known(await readyMesh(running));
  const { code, out, said } = await running.ended;
  expect(said).toContain('everything is stopped');
  expect(out.split('\n')).toHaveLength(2);
  expect(JSON.parse(out)).toMatchObject({ orders: 20, confirmed: 19, rejected: 1, cancelled: 0, manual: 0, unfinished: 0, rejectedByReason: { 'logistics: not-served': 1 } });
  expect(code).toBe(0);
  expect(parts).toHaveLength(4);
  expect(parts.filter(isAlive)).toEqual([]);
}, 240_000);

describe('started again', () => {
  let running: Running;
  beforeAll(async () => {
    running = start(['up', '--free-ports', '--data-dir', dataDir]);
    await readyMesh(running);
  }, 120_000);
  afterAll(async () => {
    running.signal('SIGTERM');
    await running.ended;
  }, 30_000);

  it('knows the orders of before, and each one\'s story', async () => {
    const rejected = await json('orders', 'list', '--status', 'rejected');
    expect(rejected).toMatchObject({ items: [{ step: 'logistics', reason: 'not-served' }], nextCursor: null });
    const { out, code } = await mesh('orders', 'list', '--limit', '50');
    expect(code).toBe(0);
    const [orderId = ''] = out.split('\n').find((line) => line.includes('rejected'))?.split(' ') ?? [];
    const story = (await mesh('orders', 'show', orderId)).out;
    for (const told of ['OrderPlaced', 'ContractSigned', 'DeliveryRefused', 'ContractVoided', 'StockReleased', 'CreditReleased', 'OrderRejected']) expect(story).toContain(told);
  }, 30_000);

  it('refuses to cancel what has ended, in words', async () => {
    const { items } = await json('orders', 'list', '--status', 'confirmed', '--limit', '1') as { readonly items: readonly { readonly orderId: string }[] };
    const { code, said } = await mesh('orders', 'cancel', items[0]?.orderId ?? '');
    expect(code).toBe(1);
    expect(said).toMatch(/it can no longer be cancelled/);
  }, 30_000);

  it('decodes what Kafka carries', async () => {
    const { out } = await mesh('topics', 'tail', 'order.events.v1', '--no-follow', '--json');
    const types = out.trim().split('\n').map((line) => String(JSON.parse(line).type)).sort();
    expect(types).toEqual([...Array.from({ length: 19 }, () => 'OrderConfirmed'), 'OrderRejected']);
    expect((await mesh('topics', 'list')).out).toContain('masterdata.events.v1');
  }, 30_000);

  it('finds nothing wrong', async () => {
    const { code, out } = await mesh('doctor');
    expect(out).toMatch(new RegExp(`broker .* ${Object.keys(topics).length} topics[^]*database .*, migrated[^]*gateway .* is ready`));
    expect(code).toBe(0);
  }, 30_000);

  it('will not be started twice in one folder', async () => {
    const { code, said } = await mesh('up', '--free-ports');
    expect(said).toMatch(/a mesh runs in .* already/);
    expect(code).toBe(1);
  }, 30_000);
});

it('leaves no process behind when it is killed', async () => {
  const running = start(['up', '--free-ports', '--data-dir', dataDir]);
  const parts = known(await readyMesh(running));
  running.signal('SIGKILL');
  await running.ended;
  await until('every process to end', async () => Promise.resolve(parts.filter(isAlive).length === 0), 15_000);
}, 120_000);

it('names every port that is taken, and the variable that moves it', async () => {
  const squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  const { port } = squatter.address() as AddressInfo;
  const { code, said } = await start(['up', '--free-ports', '--data-dir', dataDir], { KAFKA_PORT: String(port) }).ended;
  squatter.close();
  expect(said).toContain(`port ${port}, which Kafka needs, is taken; stop the process that listens there, or set KAFKA_PORT to a free port`);
  expect(code).toBe(1);
}, 30_000);

it('says what to do when no mesh runs, and how it is used when it is not understood', async () => {
  const { code, said } = await mesh('orders', 'list', '--gateway', 'http://127.0.0.1:9');
  expect(said).toMatch(/no mesh answers at http:\/\/127.0.0.1:9; start one here with "mesh up"/);
  expect(code).toBe(1);
  expect((await mesh('orders', 'list', '--status', 'lost')).code).toBe(2);
}, 30_000);
