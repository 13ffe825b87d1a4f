import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { loadSample } from '@order-mesh/simulator';
import { until } from '@order-mesh/testing';
import { openSalesDesk } from '../src/demo/sales-desk.ts';
import { knowsMasterData } from '../src/demo/warm-up.ts';
import { hasEnded } from '../src/gateway/order.ts';
import { meshScript, startMesh, type RunningMesh } from './running-mesh.ts';
import { violationsAtRest } from './violations.ts';

let mesh: RunningMesh;

beforeAll(async () => {
  mesh = await startMesh();
  await knowsMasterData(mesh.note().addresses, true);
}, 180_000);
afterAll(() => mesh?.stop(), 60_000);

/** Nobody has to be asked about their orders. */
const owesNothing = new Set(loadSample().customers.filter(({ receivables }) => receivables.length === 0).map(({ id }) => id));

interface Run {
  readonly child: ChildProcess;
  readonly told: () => string;
  readonly ended: Promise<{ readonly code: number; readonly out: string; readonly told: string }>;
}

function run(...args: readonly string[]): Run {
  const child = spawn(process.execPath, [meshScript, 'import', 'salesforce', '--data-dir', mesh.dataDir, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } });
  let [out, told] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => { told += chunk.toString(); });
  const ended = once(child, 'close').then(([code]) => ({ code: Number(code), out, told }));
  return { child, told: () => told, ended };
}

const fault = (rule: object): Promise<Response> =>
  fetch(`${mesh.note().addresses.salesforce}/_sim/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(rule) });
const noFaults = (): Promise<Response> => fetch(`${mesh.note().addresses.salesforce}/_sim/faults`, { method: 'DELETE' });

it('takes on what stood in Salesforce, after a look at it and an interruption, and leads every order to its end', async () => {
  const { salesforce } = mesh.note().addresses;
  // the change feed is cut off, and what it missed is forgotten: as if all had been ordered long ago
  await fault({ match: 'gRPC Fetch', status: 503 });
  const desk = await openSalesDesk(salesforce);
  await desk.place(loadSample().orders.filter(({ customerId, lines }) => owesNothing.has(customerId) && lines.length <= 5).slice(0, 20));
  await fetch(`${salesforce}/_sim/events`, { method: 'DELETE' });

  const looked = await run('--dry-run').ended;
  expect([looked.code, looked.out]).toEqual([0, expect.stringMatching(/^completed: 20 of 20 orders in [^]*would be taken on +20[^]*nothing was done/)]);

  await fault({ match: 'GET /services/data/v62.0/jobs/query', status: 503 });
  const interrupted = run();
  await until('it waits for the list', async () => interrupted.told().includes('503'));
  interrupted.child.kill('SIGINT');
  expect(await interrupted.ended).toMatchObject({ code: 1, out: expect.stringContaining('go on with: mesh import salesforce --resume') });

  await noFaults();
  await fault({ match: 'gRPC Fetch', status: 503 });
  const resumed = await run('--resume', '--json').ended;
  expect([resumed.code, JSON.parse(resumed.out)]).toMatchObject([0, { state: 'completed', total: 20, placed: 20, known: 0 }]);
  const gateway = mesh.gateway();
  await until('every order at its end', async () => {
    const { items } = await gateway.orders({ limit: 100 });
    return items.length === 20 && items.every(hasEnded);
  }, 120_000);

  await noFaults();
  const again = await run().ended;
  expect(again.out).toMatch(/taken on +0\n +known already +20\n/);
  expect(await violationsAtRest(mesh.note().addresses)).toEqual([]);
}, 240_000);

it('says what is wrong with a wish', async () => {
  expect(await run('--since', 'yesterday').ended).toMatchObject({ code: 2, told: expect.stringContaining('It must be a day such as 2026-01-01') });
  expect(await run('--status', 'Draft').ended).toMatchObject({ code: 1, told: expect.stringContaining('must be a status of orders that are to be fulfilled') });
}, 60_000);
