import type { Connection } from 'jsforce';
import { loadSample } from '@order-mesh/simulator';
import { until } from '@order-mesh/testing';
import { signIn } from '../src/demo/sales-desk.ts';
import { knowsMasterData } from '../src/demo/warm-up.ts';
import type { Order, OrderStory } from '../src/gateway/order.ts';
import { startMesh, type RunningMesh } from './running-mesh.ts';
import { violationsAtRest } from './violations.ts';

let mesh: RunningMesh;
let salesforce: Connection;

beforeAll(async () => {
  mesh = await startMesh();
  const { addresses } = mesh.note();
  await knowsMasterData(addresses, true);
  salesforce = await signIn(addresses.salesforce);
}, 180_000);

afterAll(() => mesh?.stop(), 60_000);

const sample = loadSample();
const sku = sample.products.find(({ onHand }) => onHand > 100)?.sku ?? '';
const [{ customerId } = { customerId: '' }] = sample.orders;

async function placed(quantity: number): Promise<string> {
  const { id: orderId = '' } = await salesforce.sobject('Order').create({ Account: { AccountNumber: customerId }, Status: 'Draft', EffectiveDate: '2026-03-01' });
  await salesforce.sobject('OrderItem').create({ OrderId: orderId, Product2: { ProductCode: sku }, Quantity: quantity, UnitPrice: 2.5 });
  await salesforce.sobject('Order').update({ Id: orderId, Status: 'Activated' });
  return orderId;
}

/** As Salesforce has it: the order is made a draft, its line changed, and activated anew. */
async function amend(orderId: string, quantity: number): Promise<void> {
  await salesforce.sobject('Order').update({ Id: orderId, Status: 'Draft' });
  const { records: [line] } = await salesforce.query<{ readonly Id: string }>(`SELECT Id FROM OrderItem WHERE OrderId = '${orderId}'`);
  await salesforce.sobject('OrderItem').update({ Id: line?.Id ?? '', Quantity: quantity });
  await salesforce.sobject('Order').update({ Id: orderId, Status: 'Activated' });
}

async function told(orderId: string, type: string): Promise<OrderStory> {
  return until(`${type} of ${orderId}`, async () => {
    const order = await mesh.gateway().order(orderId).catch(() => undefined);
    return order?.timeline.some((one) => one.type === type) && order;
  }, 30_000);
}

const ended = (orderId: string): Promise<Order> => mesh.ended(orderId, 60_000);

async function tellEsign(settings: object): Promise<void> {
  await fetch(`${mesh.note().addresses.esign}/_sim/settings`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(settings) });
}

interface Flow {
  readonly externalRef: string;
  readonly statusText: string;
}

async function contractsOf(orderId: string): Promise<readonly string[]> {
  const { flows }: { readonly flows: readonly Flow[] } = await (await fetch(`${mesh.note().addresses.esign}/_sim/ledger`)).json() as never;
  return flows.filter(({ externalRef }) => externalRef.endsWith(orderId)).map(({ externalRef, statusText }) => `${externalRef.slice(0, -orderId.length)} ${statusText}`).sort();
}

interface Shown {
  readonly Mesh_Status__c: string | null;
  readonly Mesh_Reason__c: string | null;
}

const inCrm = async (orderId: string): Promise<Shown> => (await salesforce.query<Shown>(`SELECT Mesh_Status__c, Mesh_Reason__c FROM Order WHERE Id = '${orderId}'`)).records[0] ?? { Mesh_Status__c: null, Mesh_Reason__c: null };

it('has another contract, and is booked as it was amended, when it is changed in the CRM while it is being signed', async () => {
  await tellEsign({ signDelayMs: 6_000 });
  const orderId = await placed(2);
  await told(orderId, 'SignContract');
  await amend(orderId, 7);
  await told(orderId, 'OrderAmended');
  const amended = await mesh.gateway().order(orderId);
  expect(amended).toMatchObject({ amountFen: '1750', lines: [{ quantity: 7 }] });
  await tellEsign({ signDelayMs: 200 });
  expect(await ended(orderId)).toMatchObject({ status: 'confirmed', amountFen: '1750' });
  expect((await contractsOf(orderId)).map((one) => one.split(' ')[0])).toEqual(['HT-', 'HT2-']);
  await until('the CRM to show it', async () => (await inCrm(orderId)).Mesh_Status__c === 'Confirmed', 30_000);
  expect(await violationsAtRest(mesh.note().addresses)).toEqual([]);
}, 180_000);

it('stays as it was, and the CRM is told why, when what is wanted can not be had', async () => {
  await tellEsign({ signDelayMs: 4_000 });
  const orderId = await placed(2);
  await told(orderId, 'SignContract');
  await amend(orderId, 1_000_000);
  await told(orderId, 'AmendmentRefused');
  expect(await ended(orderId)).toMatchObject({ status: 'confirmed', amountFen: '500', lines: [{ quantity: 2 }] });
  expect(await contractsOf(orderId)).toHaveLength(1);
  expect(await violationsAtRest(mesh.note().addresses)).toEqual([]);
}, 180_000);

it('can not be amended once it is confirmed', async () => {
  await tellEsign({ signDelayMs: 200 });
  const orderId = await placed(3);
  await ended(orderId);
  await amend(orderId, 4);
  await told(orderId, 'AmendmentRefused');
  await until('the CRM to say why', async () => (await inCrm(orderId)).Mesh_Reason__c === 'not amended: the order is confirmed and can no longer be amended', 30_000);
  expect(await violationsAtRest(mesh.note().addresses)).toEqual([]);
}, 180_000);

interface Step {
  readonly name: string;
  /** The message that asks for the step. */
  readonly ask: string;
  /** What takes so long there. */
  readonly slow: () => Promise<void>;
  /** What becomes of an amendment. */
  readonly amended: 'OrderAmended' | 'AmendmentRefused';
}

async function slowly(partner: 'carrier' | 'u8', match: string): Promise<void> {
  await fetch(`${mesh.note().addresses[partner]}/_sim/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ match, delayMs: 4_000, count: 1 }) });
}

const STEPS: readonly Step[] = [
  { name: 'contract', ask: 'SignContract', slow: () => tellEsign({ signDelayMs: 5_000 }), amended: 'OrderAmended' },
  { name: 'logistics', ask: 'PlanDelivery', slow: () => slowly('carrier', 'EXP_RECE_CREATE_ORDER'), amended: 'AmendmentRefused' },
  { name: 'finance', ask: 'BookOrder', slow: () => slowly('u8', 'saleorder/add'), amended: 'AmendmentRefused' },
];

describe.each(STEPS)('at the step $name', ({ name, ask, slow, amended }) => {
  beforeEach(async () => {
    await tellEsign({ signDelayMs: 200 });
    await slow();
  });

  it('an amendment is carried out or refused, and all books agree in the end', async () => {
    const orderId = await placed(2);
    await told(orderId, ask);
    await amend(orderId, 5);
    const { timeline } = await told(orderId, amended);
    await tellEsign({ signDelayMs: 200 });
    const isDone = amended === 'OrderAmended';
    expect(await ended(orderId)).toMatchObject({ status: 'confirmed', amountFen: isDone ? '1250' : '500' });
    if (!isDone) expect(timeline.find(({ type }) => type === amended)?.summary).toBe(`it stays as it was: the step contract is done and can't be asked otherwise any more`);
    expect(await violationsAtRest(mesh.note().addresses)).toEqual([]);
  }, 180_000);

  it('a cancellation leaves nothing behind', async () => {
    const orderId = await placed(2);
    await told(orderId, ask);
    await mesh.gateway().cancel(orderId, `cancelled at ${name}`);
    expect(await ended(orderId)).toMatchObject({ status: 'cancelled' });
    expect(await violationsAtRest(mesh.note().addresses)).toEqual([]);
  }, 180_000);
});
