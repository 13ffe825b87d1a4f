import { randomBytes } from 'node:crypto';
import { jest } from '@jest/globals';
import { sealedIn, type OrderPlaced } from '@order-mesh/contracts';
import { until } from '@order-mesh/testing';
import { openFrontDoor, type FrontDoor } from './front-door.ts';
import { messages } from './scene.ts';

// real servers on a shared machine take their time now and then
jest.setTimeout(60_000);

const KEY = { PRIVACY_KEY: randomBytes(32).toString('hex') };
const CONTACT = { contact: '周敏', phone: '13812345678', street: '南京东路 1 号' };
const GONE = { contact: '***', phone: '***', region: '上海', city: '上海', street: '***' };
let door: FrontDoor;

beforeAll(async () => { door = await openFrontDoor(KEY); }, 90_000);
afterAll(async () => { await door?.stop(); }, 60_000);

const place = (orderId: string, shipTo: object = {}) => door.post('/v1/orders', {
  orderId, customerId: 'C1', customerName: '海风商贸', region: '华东', lines: [{ sku: 'P1', quantity: 2, unitPriceFen: 500 }], shipTo: { ...CONTACT, region: '上海', city: '上海', ...shipTo },
}, { 'idempotency-key': `place-${orderId}` });
const placedOf = (orderId: string): Promise<OrderPlaced> => until(`${orderId} to be told`, async () => door.heard.flatMap((message) => (message.type === 'OrderPlaced' && message.key === orderId ? [message.value] : []))[0]);
const erase = (body: object) => door.post('/v1/privacy/erasures', { reason: 'asked for', requestedBy: '李娜', ...body });
const confirm = async (orderId: string): Promise<void> => {
  await door.publish({ type: 'OrderConfirmed', value: { ...messages.OrderConfirmed, orderId }, id: `${orderId}/end` });
  await until(`${orderId} to be confirmed`, async () => (await door.get(`/v1/orders/${orderId}`)).body.status === 'confirmed');
};

it('sends and keeps no contact in the open, and shows it masked', async () => {
  expect((await place('E1')).status).toBe(202);
  const { shipTo } = await placedOf('E1');
  expect(shipTo).toEqual({ contact: '', phone: '', region: '上海', city: '上海', street: expect.stringMatching(/^sealed:1:[\w-]{22}:[\w-]+$/) });
  expect((await door.ask('GET', '/v1/orders/E1', await door.issuer.signedIn('finance'))).body.shipTo).toEqual({ contact: '周*', phone: '138****5678', region: '上海', city: '上海', street: '***' });
  expect((await door.ask('GET', '/v1/orders/E1', await door.issuer.signedIn('ops'))).body.shipTo).toMatchObject({ contact: '周敏', phone: '13812345678' });
  const rows = await door.database.query<{ readonly text: string }>({ name: 'test.all', text: 'select o::text || coalesce((select string_agg(p::text, $$,$$) from gateway.timeline_page p), $$$$) as text from gateway.order_view o' });
  expect(rows.map(({ text }) => text).join()).not.toMatch(/周敏|13812345678|南京东路/);
});

it('gives a person one key at a customer, and the same order the same bytes', async () => {
  await Promise.all([place('E2'), place('E3'), place('E4', { contact: '李雷' })]);
  const keys = await Promise.all(['E2', 'E3', 'E4'].map(async (orderId) => sealedIn((await placedOf(orderId)).shipTo.street)?.key));
  expect([keys[0] === keys[1], keys[0] === keys[2]]).toEqual([true, false]);
  const again = await door.post('/v1/orders', {
    orderId: 'E2', customerId: 'C1', customerName: '海风商贸', region: '华东', lines: [{ sku: 'P1', quantity: 2, unitPriceFen: 500 }], shipTo: { ...CONTACT, region: '上海', city: '上海' },
  }, { 'idempotency-key': 'another-key' });
  expect(again.status).toBe(200);
});

it('forgets a contact once nobody needs it, tells it once, and does not find it wherever it lies', async () => {
  await Promise.all([place('F1', { contact: '韩梅梅' }), place('F2', { contact: '韩梅梅' })]);
  await confirm('F1');
  const early = await erase({ orderId: 'F1' });
  expect([early.status, early.body.type, early.body.detail]).toEqual([409, 'urn:order-mesh:problem:contacts-needed', expect.stringContaining('F2 still need the address')]);
  await confirm('F2');
  expect((await erase({ orderId: 'F1' })).body).toMatchObject({ customerId: 'C1', contacts: 1, doneBefore: false });
  expect((await erase({ orderId: 'F2' })).body).toEqual({ erasureId: null, customerId: 'C1', contacts: 1, doneBefore: true });
  expect([(await door.get('/v1/orders/F1')).body.shipTo, (await door.get('/v1/orders/F2')).body.shipTo]).toEqual([GONE, GONE]);
  const told = await until('the erasure to be told', async () => door.heard.flatMap((message) => (message.type === 'ContactsErased' ? [message.value] : []))[0]);
  expect(told).toMatchObject({ orderId: 'F1', customerId: 'C1', keys: [sealedIn((await placedOf('F1')).shipTo.street)?.key], reason: 'asked for', requestedBy: '李娜' });
  // the same person orders again: that is a new contact
  await place('F3', { contact: '韩梅梅' });
  expect(told.keys).not.toContain(sealedIn((await placedOf('F3')).shipTo.street)?.key);
  expect((await door.get('/v1/orders/F3')).body.shipTo).toMatchObject({ contact: '韩梅梅' });
});

it('says what is wrong with a wish to forget', async () => {
  expect((await erase({ orderId: 'nobody' })).status).toBe(404);
  expect((await erase({ customerId: 'nobody' })).body.type).toBe('urn:order-mesh:problem:contacts-not-sealed');
  expect((await erase({})).body.detail).toContain('must name either orderId or customerId');
  expect((await erase({ orderId: 'E1', customerId: 'C1' })).status).toBe(400);
});
