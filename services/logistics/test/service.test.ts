import axios from 'axios';
import { topics } from '@order-mesh/contracts';
import { fen } from '@order-mesh/kernel';
import { startCarrier, type CarrierSimulator } from '@order-mesh/carrier-simulator';
import { runAlone, until, type Alone } from '@order-mesh/testing';
import { logisticsService } from '../src/module.ts';
import { cancel, plan, planWith } from './scene.ts';

let carrier: CarrierSimulator;
let logistics: Alone;

beforeAll(async () => {
  carrier = await startCarrier({ port: 0 });
  logistics = await runAlone(logisticsService, [topics.logisticsEvents], { SF_URL: carrier.url });
}, 90_000);
afterEach(() => carrier?.faults.clear());
afterAll(async () => {
  await logistics?.stop();
  await carrier?.close();
}, 60_000);

/** So many failures have the carrier left alone for some seconds, and called slowly after. */
const SPARED = 90_000;

interface Parcel {
  readonly orderId: string;
  readonly state: 'served' | 'refused' | 'cancelled';
}

/** What the carrier would swear to about these orders: "<order> <state>", sorted. */
async function parcels(prefix: string): Promise<readonly string[]> {
  const { data } = await axios.get<{ readonly shipments: readonly Parcel[] }>(`${carrier.url}/_sim/ledger`);
  return data.shipments.filter(({ orderId }) => orderId.startsWith(prefix)).map(({ orderId, state }) => `${orderId} ${state}`).sort();
}

const orders = (prefix: string, count: number): readonly string[] => Array.from({ length: count }, (_, at) => `${prefix}${String(at).padStart(3, '0')}`);
const each = (ids: readonly string[], what: string): readonly string[] => ids.map((orderId) => `${orderId} ${what}`);
const tell = (...commands: readonly ReturnType<typeof plan>[]) => logistics.publish(...commands);

function abroad(orderId: string): ReturnType<typeof plan> {
  const message = plan(orderId);
  return message.type === 'PlanDelivery' ? { ...message, value: { ...message.value, shipTo: { ...message.value.shipTo, region: '海外' } } } : message;
}

it('has the carrier send each order as rules decide, insured for its value where they say so', async () => {
  const line = { lineNo: 1, sku: 'P1', name: '签字笔', quantity: 500, unit: '支', unitPrice: fen(250), amount: fen(125_000) };
  await tell(plan('P1'), planWith('P2', { lines: [line] }));
  expect(await logistics.heard(2)).toEqual(['P1 DeliveryPlanned', 'P2 DeliveryPlanned']);
  const { data } = await axios.get<{ readonly shipments: readonly { readonly orderId: string; readonly expressTypeId: number; readonly insuredFor?: string }[] }>(`${carrier.url}/_sim/ledger`);
  expect(data.shipments.filter(({ orderId }) => orderId.startsWith('P')).map(({ orderId, expressTypeId, insuredFor = 'no' }) => `${orderId} ${expressTypeId} ${insuredFor}`).sort()).toEqual(['P1 2 no', 'P2 154 1250.00']);
}, 60_000);

it('plans, refuses where nobody goes, and cancels, each once', async () => {
  await tell(plan('A1'), plan('A1'), abroad('A2'), cancel('A3'));
  expect(await logistics.heard(3)).toEqual(['A1 DeliveryPlanned', 'A2 DeliveryRefused', 'A3 DeliveryCancelled']);
  await tell(cancel('A1'), plan('A3'));
  expect(await logistics.heard(2)).toEqual(['A1 DeliveryCancelled', 'A3 DeliveryRefused']);
  expect(await parcels('A')).toEqual(['A1 cancelled', 'A2 refused']);
}, 60_000);

it('books 40 orders once each although every third answer is lost, cut short or never begun', async () => {
  carrier.faults.add([
    { match: 'EXP_RECE_CREATE_ORDER', dropAfterCommit: true, rate: 0.3, count: 12 },
    { match: 'EXP_RECE_CREATE_ORDER', garbage: true, rate: 0.2, count: 6 },
    { match: 'EXP_RECE_CREATE_ORDER', dropBeforeCommit: true, rate: 0.2, count: 6 },
  ]);
  const ids = orders('B', 40);
  await tell(...ids.map(plan));
  expect(await logistics.heard(40, SPARED)).toEqual(each(ids, 'DeliveryPlanned'));
  expect(carrier.faults.list().map(({ fired }) => fired).every((fired) => fired > 0)).toBe(true);
  expect(await parcels('B')).toEqual(each(ids, 'served'));
}, 120_000);

it('leaves nothing booked when 20 orders are cancelled while the carrier is slow to book them', async () => {
  carrier.faults.add([{ match: 'EXP_RECE_CREATE_ORDER', delayMs: 300 }, { match: 'EXP_RECE_UPDATE_ORDER', dropAfterCommit: true, count: 5 }]);
  const ids = orders('C', 20);
  await tell(...ids.map(plan));
  await until('the carrier to be asked', async () => (carrier.faults.list()[0]?.fired ?? 0) > 0);
  await tell(...ids.map(cancel));
  expect(await logistics.heard(20)).toEqual(each(ids, 'DeliveryCancelled'));
  expect((await parcels('C')).filter((parcel) => parcel.endsWith('served'))).toEqual([]);
}, 60_000);

it('says which goods are already gone', async () => {
  await tell(plan('D1'));
  expect(await logistics.heard(1)).toEqual(['D1 DeliveryPlanned']);
  carrier.change({ collectAfterMs: 0 });
  await tell(cancel('D1'));
  expect(await logistics.heard(1)).toEqual(['D1 CancelDeliveryRefused']);
  carrier.change({ collectAfterMs: 3_600_000 });
  await tell(cancel('D1'));
  expect(await logistics.heard(1)).toEqual(['D1 DeliveryCancelled']);
}, 60_000);

it('waits for a carrier that is away and goes on by itself', async () => {
  carrier.faults.add([{ match: 'EXP_RECE', status: 503, count: 30 }]);
  const ids = orders('E', 15);
  await tell(...ids.map(plan));
  expect(await logistics.heard(15, SPARED)).toEqual(each(ids, 'DeliveryPlanned'));
  expect(await parcels('E')).toEqual(each(ids, 'served'));
}, 120_000);
