import { topics } from '@order-mesh/contracts';
import { startCarrier, type CarrierSimulator } from '@order-mesh/carrier-simulator';
import { runAlone, type Alone } from '@order-mesh/testing';
import { logisticsService } from '../src/module.ts';
import { cancel, plan } from './scene.ts';

let carrier: CarrierSimulator;
let logistics: Alone;

beforeAll(async () => {
  carrier = await startCarrier({ port: 0, settings: { collectAfterMs: 3_600_000, deliverAfterMs: 7_200_000 } });
  logistics = await runAlone(logisticsService, [topics.logisticsEvents], { SF_URL: carrier.url });
}, 90_000);
afterAll(async () => {
  await logistics?.stop();
  await carrier?.close();
}, 60_000);

/** Lets the time to look at every parcel come. */
const lookNow = () => logistics.database.query({ name: 'test.look-now', text: 'update logistics.shipment set next_look_at = now()' });
const states = (orderId: string) => logistics.said.flatMap((one) => (one.type === 'DeliveryProgressed' && one.key === orderId ? [one.value.state] : []));

it('tells how far a parcel has come, each state once, and not of one that was called off', async () => {
  await logistics.publish(plan('A1'), plan('A2'));
  await logistics.heard(2);
  await logistics.publish(cancel('A2'));
  await logistics.heard(1);
  carrier.change({ collectAfterMs: 0 });
  await lookNow();
  expect(await logistics.heard(1)).toEqual(['A1 DeliveryProgressed']);
  carrier.change({ deliverAfterMs: 0 });
  await lookNow();
  expect(await logistics.heard(2)).toEqual(['A1 DeliveryProgressed', 'A1 DeliveryProgressed']);
  expect(states('A1')).toEqual(['collected', 'on-its-way', 'delivered']);
  const collected = logistics.said.find(({ type }) => type === 'DeliveryProgressed');
  expect(collected?.value).toMatchObject({ orderId: 'A1', place: '发货地', detail: '顺丰速运 已收取快件' });
}, 90_000);

it('hears of 25 parcels in questions for ten, also when the first answers are lost or garbage', async () => {
  const ids = Array.from({ length: 25 }, (_, at) => `B${String(at).padStart(2, '0')}`);
  carrier.faults.add([{ match: 'EXP_RECE_SEARCH_ROUTES', dropAfterCommit: true, count: 1 }, { match: 'EXP_RECE_SEARCH_ROUTES', garbage: true, count: 1 }, { match: 'EXP_RECE_SEARCH_ROUTES', half: true, count: 1 }]);
  await logistics.publish(...ids.map(plan));
  await logistics.heard(25);
  await lookNow();
  await logistics.heard(75);
  for (const id of ids) expect(states(id)).toEqual(['collected', 'on-its-way', 'delivered']);
  expect(await logistics.database.query({ name: 'test.arrived', text: `select count(*)::int as arrived from logistics.shipment where parcel_state = 'delivered'` })).toEqual([{ arrived: 26 }]);
}, 90_000);
