import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSample } from '@order-mesh/simulator';
import { until } from '@order-mesh/testing';
import { knowsMasterData } from '../src/demo/warm-up.ts';
import { startMesh, type RunningMesh } from './running-mesh.ts';

interface Line {
  readonly level: string;
  readonly time: string;
  readonly service: string;
  readonly msg: string;
  readonly orderId?: string;
  readonly traceId?: string;
  readonly correlationId?: string;
}

let mesh: RunningMesh;

beforeAll(async () => {
  mesh = await startMesh();
  await knowsMasterData(mesh.note().addresses, true);
}, 240_000);

afterAll(() => mesh?.stop(), 60_000);

const text = (): string => readdirSync(join(mesh.dataDir, 'logs')).map((name) => readFileSync(join(mesh.dataDir, 'logs', name), 'utf8')).join('\n');
const lines = (): readonly Line[] => text().split('\n').filter((line) => line.startsWith('{')).map((line): Line => JSON.parse(line));
const told = (found: readonly Line[]): readonly string[] => found.map(({ service, msg }) => `${service}: ${msg}`);

const PHONE = '13812345678';
const sample = loadSample();
const scarce = sample.products.toSorted((one, other) => one.onHand - other.onHand)[0];

const place = (orderId: string, quantity: number, headers: Readonly<Record<string, string>>): Promise<Response> => mesh.ask('/v1/orders', {
  orderId, customerId: sample.orders[0]?.customerId, customerName: '海风商贸', region: '上海', lines: [{ sku: scarce?.sku, quantity, unitPriceFen: 1 }],
  shipTo: { contact: '欧阳测试', phone: PHONE, region: '上海', city: '上海', street: '测试路 987 号' },
}, undefined, headers);

it('has every line about an order that fails under its number and its trace, from the door to the end', async () => {
  const traceId = 'c0ffee'.padEnd(32, '1');
  expect((await place('log-1', (scarce?.onHand ?? 0) + 1, { traceparent: `00-${traceId}-${'2'.repeat(16)}-01` })).status).toBe(202);
  expect((await mesh.ended('log-1', 60_000)).status).toBe('rejected');
  const ofOrder = (): readonly Line[] => lines().filter(({ orderId }) => orderId === 'log-1');
  await until('the last line', async () => Promise.resolve(told(ofOrder()).includes('credit: credit released')));
  expect(told(ofOrder())).toEqual(expect.arrayContaining(['gateway: order accepted', 'pricing: order priced', 'credit: credit held', 'inventory: stock refused', 'order-orchestrator: order rejected', 'credit: credit released']));
  expect(told(lines().filter((line) => line.traceId === traceId)).toSorted()).toEqual(told(ofOrder()).toSorted());
  for (const { time } of ofOrder()) expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
}, 90_000);

it('finds what was refused at the door by the number in the answer', async () => {
  const answer = await place('log-2', -1, { 'x-correlation-id': 'shop-4711' });
  expect([answer.status, answer.headers.get('x-correlation-id')]).toEqual([422, 'shop-4711']);
  expect(await answer.json()).toMatchObject({ correlationId: 'shop-4711' });
  const line = await until('the line', async () => Promise.resolve(lines().find(({ correlationId }) => correlationId === 'shop-4711')));
  expect(line).toMatchObject({ service: 'gateway', msg: 'a request was refused', orderId: 'log-2', problem: 'invalid-order', status: 422 });

  const unnamed = await (await mesh.ask('/v1/orders/nobody')).json() as { readonly correlationId: string };
  expect(unnamed.correlationId).toMatch(/^[\da-f-]{36}$/);
  expect(await until('its line', async () => Promise.resolve(lines().find(({ correlationId }) => correlationId === unnamed.correlationId)))).toMatchObject({ orderId: 'nobody' });
}, 60_000);

it('tells no telephone number, no name and no street of whom orders go to', () => {
  expect(text()).not.toMatch(new RegExp(`${PHONE}|欧阳测试|测试路 987`));
});
