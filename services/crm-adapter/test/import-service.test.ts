import { topics } from '@order-mesh/contracts';
import type { Received } from '@order-mesh/messaging';
import type { Salesforce } from '@order-mesh/salesforce-simulator';
import { runAlone, type Alone } from '@order-mesh/testing';
import { crmAdapterService } from '../src/module.ts';
import { loadInBulk, openWorld, salesDesk, sample, until } from './scene.ts';

const ORDERS = 2_000;

let world: Salesforce;
let crm: Alone;
let ids: readonly string[];

beforeAll(async () => {
  world = await openWorld();
  const small = sample.orders.filter(({ lines }) => lines.length <= 3);
  ids = await loadInBulk(await salesDesk(world), Array.from({ length: ORDERS }, (_, index) => small[index % small.length] ?? { customerId: '', lines: [] }));
  // so old that the change feed no longer tells of them
  await fetch(`${world.url}/_sim/events`, { method: 'DELETE' });
  crm = await runAlone(crmAdapterService, [topics.crmEvents, topics.importsEvents], { SALESFORCE_URL: world.url, SALESFORCE_PUBSUB: world.pubsubEndpoint });
}, 120_000);
afterAll(async () => {
  await crm?.stop();
  await world?.close();
}, 60_000);

const placed = () => crm.said.flatMap((one) => (one.type === 'OrderPlaced' ? [one.key] : []));
const isOfImport = (one: Received): one is Extract<Received, { readonly type: 'ImportAdvanced' }> => one.type === 'ImportAdvanced';
const last = () => crm.said.filter(isOfImport).reduce<{ readonly revision: number; readonly state: string; readonly seen: number } | undefined>((newest, { value }) => (value.revision > (newest?.revision ?? 0) ? value : newest), undefined);

it('takes on the orders that stood in Salesforce, each once, across a restart in the middle', async () => {
  world.faults.add([{ match: 'GET /services/data/v62.0/query', delayMs: 100 }]);
  await crm.publish({ type: 'StartImport', value: { importId: 'I1', system: 'salesforce', since: null, status: 'Activated', dryRun: false, requestedBy: 'Li Na', requestedAt: Date.now() }, key: 'I1' });
  await until(() => (last()?.seen ?? 0) >= 400, 'the first stretches', 60_000);
  await crm.restart();
  world.faults.clear();
  await until(() => last()?.state === 'completed', 'the end', 90_000);
  expect(last()).toMatchObject({ total: ORDERS, seen: ORDERS, placed: ORDERS, known: 0, unacceptable: 0, passedOver: 0 });
  await until(() => placed().length >= ORDERS, 'all orders', 30_000);
  expect(placed().sort()).toEqual([...ids].sort());
}, 180_000);
