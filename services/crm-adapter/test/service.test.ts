import type { Connection } from 'jsforce';
import { topics } from '@order-mesh/contracts';
import type { Salesforce } from '@order-mesh/salesforce-simulator';
import { runAlone, type Alone } from '@order-mesh/testing';
import { crmAdapterService } from '../src/module.ts';
import { openWorld, place, salesDesk, sample, until } from './scene.ts';

let world: Salesforce;
let desk: Connection;
let crm: Alone;

beforeAll(async () => {
  world = await openWorld();
  desk = await salesDesk(world);
  crm = await runAlone(crmAdapterService, [topics.crmEvents], { SALESFORCE_URL: world.url, SALESFORCE_PUBSUB: world.pubsubEndpoint });
}, 90_000);
afterAll(async () => {
  await crm?.stop();
  await world?.close();
}, 60_000);

const placed = () => crm.said.flatMap((one) => (one.type === 'OrderPlaced' ? [one.key] : []));

it('brings orders from Salesforce to Kafka, once, across a restart', async () => {
  const first = await place(desk, sample.orders.slice(0, 30));
  await until(() => placed().length >= 30, '30 orders', 30_000);
  await crm.restart();
  const second = await place(desk, sample.orders.slice(30, 40));
  await until(() => placed().length >= 40, 'ten more', 30_000);
  expect(placed().sort()).toEqual([...first, ...second].sort());
}, 90_000);

it('brings the end of an order from Kafka to Salesforce', async () => {
  const [orderId = ''] = await place(desk, [sample.orders[50] ?? { customerId: '', lines: [] }]);
  await until(() => placed().includes(orderId), 'the order');
  const value = { orderId, source: 'salesforce', externalId: orderId, step: 'stock', reason: 'out-of-stock', detail: 'P0001: 12 wanted, 3 free', at: Date.now() };
  await crm.publish({ type: 'OrderRejected', value, key: orderId });
  await until(async () => (await desk.query<{ readonly Mesh_Status__c: string }>(`SELECT Mesh_Status__c FROM Order WHERE Id = '${orderId}'`)).records[0]?.Mesh_Status__c === 'Rejected', 'it is written', 30_000);
}, 60_000);
