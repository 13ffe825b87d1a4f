import type { Connection } from 'jsforce';
import { topics } from '@order-mesh/contracts';
import { days } from '@order-mesh/kernel';
import { MESH_APP, type Salesforce } from '@order-mesh/salesforce-simulator';
import { runAlone, type Alone } from '@order-mesh/testing';
import { crmAdapterService } from '../src/module.ts';
import { openWorld, place, salesDesk, sample, until } from './scene.ts';

let world: Salesforce;
let desk: Connection;
let crm: Alone;

beforeAll(async () => {
  world = await openWorld();
  desk = await salesDesk(world);
  crm = await runAlone(crmAdapterService, [topics.crmEvents, topics.reconciliationEvents], { SALESFORCE_URL: world.url, SALESFORCE_PUBSUB: world.pubsubEndpoint });
}, 90_000);
afterAll(async () => {
  await crm?.stop();
  await world?.close();
}, 60_000);

const placed = () => crm.said.flatMap((one) => (one.type === 'OrderPlaced' ? [one.key] : []));
const read = (runId: string, from: number) => ({ type: 'ReadStatement' as const, value: { runId, look: 1, from }, key: runId });
const stated = async (runId: string) => {
  const pages = () => crm.said.flatMap((one) => (one.type === 'CrmStatement' && one.value.runId === runId ? [one.value] : []));
  await until(() => pages().some(({ isLast }) => isLast), 'the statement', 30_000);
  return pages().flatMap(({ orders }) => orders);
};
const shown = async (orderId: string) => (await desk.query<{ readonly Mesh_Status__c: string | null; readonly Mesh_Reason__c: string | null; readonly Mesh_Waybill__c: string | null }>(
  `SELECT Mesh_Status__c, Mesh_Reason__c, Mesh_Waybill__c FROM Order WHERE Id = '${orderId}'`)).records[0];

it('states activated orders with what their lines come to and what the CRM was told, drafts left out', async () => {
  const [one = '', two = ''] = await place(desk, sample.orders.slice(0, 2));
  await desk.sobject('Order').create({ Account: { AccountNumber: sample.customers[0]?.id }, Status: 'Draft', EffectiveDate: '2026-03-01' });
  await desk.sobject('Order').update({ Id: two, Mesh_Status__c: 'Confirmed' });
  await crm.publish(read('R1', Date.now() - days(1)));
  const amount = (index: number) => BigInt(sample.orders[index]?.lines.reduce((sum, { quantity, unitPriceFen }) => sum + quantity * unitPriceFen, 0) ?? 0);
  expect(await stated('R1')).toEqual([
    { orderId: one, status: 'Activated', amount: amount(0), told: '', activatedAt: expect.any(Number) }, { orderId: two, status: 'Activated', amount: amount(1), told: 'Confirmed', activatedAt: expect.any(Number) },
  ]);
  await crm.publish(read('R2', Date.now() + days(1)));
  expect(await stated('R2')).toEqual([]);
}, 90_000);

it('tells the CRM again, and leaves what it does not know as it stands', async () => {
  const [orderId = ''] = await place(desk, [sample.orders[5] ?? { customerId: '', lines: [] }]);
  await desk.sobject('Order').update({ Id: orderId, Mesh_Waybill__c: 'SF9' });
  const end = { status: 'rejected', reason: 'credit: over the limit', confirmedAt: null, contractId: null, waybill: null, saleOrderCode: null };
  await crm.publish({ type: 'TellCrm', value: { orderId, differenceId: 'd1', ...end }, key: orderId });
  await until(async () => (await shown(orderId))?.Mesh_Status__c === 'Rejected', 'it is written', 30_000);
  expect(await shown(orderId)).toMatchObject({ Mesh_Reason__c: 'credit: over the limit', Mesh_Waybill__c: 'SF9' });
}, 60_000);

it('takes an order on that its feed took for an echo', async () => {
  const draft = await desk.sobject('Order').create({ Account: { AccountNumber: sample.orders[7]?.customerId }, Status: 'Draft', EffectiveDate: '2026-03-01' });
  const orderId = draft.id ?? '';
  await desk.sobject('OrderItem').create({ OrderId: orderId, Product2: { ProductCode: sample.products[0]?.sku }, Quantity: 1, UnitPrice: 2 });
  const mesh = await salesDesk(world, MESH_APP);
  expect(await mesh.sobject('Order').update({ Id: orderId, Status: 'Activated' })).toMatchObject({ success: true });
  const [next = ''] = await place(desk, [sample.orders[9] ?? { customerId: '', lines: [] }]);
  await until(() => placed().includes(next), 'the order after it', 30_000);
  expect(placed()).not.toContain(orderId);
  await crm.publish({ type: 'TakeOrderOn', value: { orderId, differenceId: 'd2' }, key: orderId });
  await until(() => placed().includes(orderId), 'the missed order', 30_000);
  expect(await crm.database.query({ name: 'test.told', text: 'select order_id from crm_adapter.told_order where order_id = $1', values: [orderId] })).toEqual([{ order_id: orderId }]);
}, 90_000);
