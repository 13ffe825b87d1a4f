import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { filledIn, queries } from '@order-mesh/grafana';
import { loadSample } from '@order-mesh/simulator';
import { onPath, startPrometheus, until, type RunningPrometheus } from '@order-mesh/testing';
import { knowsMasterData } from '../src/demo/warm-up.ts';
import { openGateway } from '../src/gateway/gateway.ts';
import { root, startMesh, type RunningMesh } from './running-mesh.ts';

const program = onPath('prometheus', process.env['PATH']);
const ORDERS = 60;

let mesh: RunningMesh;
let prometheus: RunningPrometheus;

beforeAll(async () => {
  if (program === undefined) return;
  mesh = await startMesh({ flags: ['--demo', '--orders', '40'], settings: { RECONCILE_MINUTES: '1', RECONCILE_POLL_SECONDS: '5' } });
  const { addresses } = mesh.note();
  // recorded every other second, so that a short run has something to show
  const rules = readFileSync(join(root, 'deploy/prometheus/recording.yml'), 'utf8').replaceAll(/interval: \d+s/g, 'interval: 2s');
  prometheus = await startPrometheus(program, { targets: addresses.admin.map((url) => new URL(url).host), rules: [rules] });
  await knowsMasterData(addresses, true);
  await until('orders to be confirmed', async () => (await openGateway(addresses.gateway).orders({ limit: 1, status: 'confirmed' })).items.length > 0, 120_000);
  for (let at = 0; at < ORDERS; at += 1) {
    await place(addresses.gateway, at);
    await sleep(500);
  }
}, 400_000);

afterAll(async () => {
  await prometheus?.stop();
  await mesh?.stop();
}, 90_000);

/** Some of each kind: confirmed ones, one in ten that nobody can take, one in ten cancelled. */
async function place(gateway: string, at: number): Promise<void> {
  const { orders: [sample], products } = loadSample();
  const plenty = products.find(({ onHand }) => onHand > 1_000);
  const scarce = products.toSorted((one, other) => one.onHand - other.onHand)[0];
  const [sku, quantity] = at % 10 === 3 ? [scarce?.sku, (scarce?.onHand ?? 0) + 1] : [plenty?.sku, 1];
  const orderId = `dashboard-${at}`;
  const body = {
    orderId, customerId: sample?.customerId, customerName: '海风商贸', region: '上海', lines: [{ sku, quantity, unitPriceFen: 250 }],
    shipTo: { contact: '王芳', phone: '13800000000', region: '上海', city: '上海', street: '南京路 1 号' },
  };
  const response = await fetch(`${gateway}/v1/orders`, { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`not placed: ${await response.text()}`);
  if (at % 10 === 7) await openGateway(gateway).cancel(orderId, 'the customer called').catch(() => {});
}

if (program === undefined) it.skip('asks Prometheus every query of the dashboards (no prometheus on the PATH: apt-get install prometheus)', () => {});
else {
  it('shows something in every panel, after a short run of the mesh', async () => {
    const lasting = queries.filter(({ isMoment }) => !isMoment);
    const isShown = async (expr: string): Promise<boolean> => (await prometheus.ask(filledIn(expr, '2m'))).some(({ value }) => Number.isFinite(value));
    await until('every query to give something', async () => {
      const shown = await Promise.all(lasting.map(async ({ expr }) => isShown(expr)));
      return shown.every(Boolean);
    }, 60_000).catch(() => {});
    const empty = [];
    for (const { where, expr } of lasting) if (!await isShown(expr)) empty.push(`${where}: ${expr}`);
    expect(empty).toEqual([]);
    for (const { expr } of queries.filter(({ isMoment }) => isMoment)) await prometheus.ask(filledIn(expr, '2m'));
  }, 120_000);

  it('shows nothing as 0 only where nothing has happened: no metric is asked for that nobody tells', async () => {
    const told = new Set((await prometheus.ask('count by (__name__) ({job="order-mesh"})')).map(({ metric }) => metric['__name__']));
    // these need not happen in a run in which all goes well and questions are answered at once
    const asked = new Set(queries.flatMap(({ expr }): readonly string[] => expr.match(/\b(?:mesh|nodejs|process)_\w+/g) ?? []));
    const quiet = ['mesh_approvals_waiting', 'mesh_approvals_overdue', 'mesh_dead_letters_open', 'mesh_dead_letters_total', 'mesh_requests_refused_total'];
    expect([...asked].filter((name) => !told.has(name) && !quiet.includes(name))).toEqual([]);
  });

  it('is told only what docs/metrics.md lists', async () => {
    const page = readFileSync(join(root, 'docs/metrics.md'), 'utf8');
    const told = (await prometheus.ask('count by (__name__) ({__name__=~"mesh_.+"})')).map(({ metric }) => (metric['__name__'] ?? '').replace(/_(bucket|sum|count)$/, ''));
    expect([...new Set(told)].filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
    expect(new Set(told).size).toBeGreaterThan(40);
  });
}
