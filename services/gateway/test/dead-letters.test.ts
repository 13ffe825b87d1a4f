import { jest } from '@jest/globals';
import { topics, type AnyMessage } from '@order-mesh/contracts';
import { createCodec } from '@order-mesh/messaging';
import { until } from '@order-mesh/testing';
import { openFrontDoor, type FrontDoor, type Parsed } from './front-door.ts';

jest.setTimeout(60_000);

let door: FrontDoor;

beforeAll(async () => { door = await openFrontDoor(); }, 90_000);
afterAll(async () => { await door?.stop(); }, 60_000);

const cancel = (orderId: string): AnyMessage => ({ type: 'CancelRequested', value: { orderId, reason: 'ordered twice', requestedBy: '王芳', requestedAt: 1_772_328_600_000 } });
const cut = (orderId: string): Buffer => createCodec().encode(cancel(orderId)).subarray(0, -2);
const path = '/v1/dead-letters';

const buried = (orderId: string): Promise<Parsed> => until(`a letter of ${orderId}`, async () => (await door.get(`${path}?order=${orderId}&status=open&service=gateway`)).body.items[0]);
const stands = (id: string, status: string): Promise<Parsed> => until(`letter ${id} ${status}`, async () => {
  const { body } = await door.get(`${path}/${id}`);
  return body.status === status && body;
});

describe('/v1/dead-letters', () => {
  it('tells what is wrong with a poisonous record; edited and replayed it is settled, and the order shows it', async () => {
    const sent = { topic: topics.crmEvents, key: 'L1', value: cut('L1'), headers: { ce_id: 'm-1', ce_source: '/order-mesh/crm-adapter', ce_type: 'CancelRequested' } };
    await door.publishRaw(sent);
    await until('the letters of all who listen', async () => (await door.get(`${path}?order=L1`)).body.items.length === 2);
    await door.publish({ type: 'OrderUnacceptable', value: { orderId: 'L1', source: 'webshop', externalId: 'L1', customerId: 'C1', reasons: ['it has no lines'], placedAt: 0 } });
    const letter = await buried('L1');
    expect(letter).toMatchObject({
      service: 'gateway', class: 'undecodable', reason: 'truncated', detail: 'the message ends within CancelRequested.requestedAt', orderId: 'L1', type: 'CancelRequested', from: 'crm-adapter', attempts: 1, decidedBy: null,
    });
    const shown = await door.get(`${path}/${letter.id}?raw=true`);
    expect(shown.body).toMatchObject({ message: null, rawBase64: cut('L1').toString('base64'), headers: { ce_id: 'm-1' }, lineage: [{ id: letter.id }] });

    const wrong = await door.post(`${path}/${letter.id}/edit`, { editedBy: '李娜', message: { type: 'CancelRequested', value: { orderId: 'L1', reason: 5 } } });
    expect([wrong.status, wrong.body.type, wrong.body.errors]).toEqual([422, 'urn:order-mesh:problem:invalid-message', [
      { pointer: '#/message/value/reason', detail: 'must be text' }, { pointer: '#/message/value/requestedBy', detail: 'is missing' }, { pointer: '#/message/value/requestedAt', detail: 'is missing' },
    ]]);
    const value = { orderId: 'L1', reason: 'ordered twice', requestedBy: '王芳', requestedAt: '2026-03-01T01:30:00Z' };
    const edited = await door.post(`${path}/${letter.id}/edit`, { editedBy: '李娜', note: 'the end was missing', message: { type: 'CancelRequested', value } });
    // whoever else listens to the topic could not take it either
    expect([edited.status, edited.body.items.map(({ service }: Parsed) => service).sort()]).toEqual([201, ['gateway', 'listener']]);
    const copy = edited.body.items.find(({ service }: Parsed) => service === 'gateway');
    expect(copy).toMatchObject({ status: 'open', edited: true, parentId: letter.id, originalId: 'm-1' });

    const replayed = await door.post(`${path}/${copy.id}/replay`, { replayedBy: '李娜' });
    expect([replayed.status, replayed.body.status, replayed.body.decidedBy]).toEqual([202, 'replaying', '李娜']);
    const settled = await stands(copy.id, 'settled');
    expect(settled.lineage.map(({ status }: Parsed) => status)).toEqual(['edited', 'settled']);
    const { timeline } = (await door.get('/v1/orders/L1')).body;
    expect(timeline.find(({ type }: Parsed) => type === 'CancelRequested')).toMatchObject({ id: `m-1.replay-${copy.id}`, summary: '王芳 asks to cancel: ordered twice' });
  });

  it('says of a replay that is still wrong that it failed again, and where it goes on', async () => {
    await door.publishRaw({ topic: topics.crmEvents, key: 'L2', value: cut('L2') });
    const letter = await buried('L2');
    await door.post(`${path}/${letter.id}/replay`, { replayedBy: '李娜' });
    const failed = await stands(letter.id, 'failed-again');
    expect(failed.lineage).toMatchObject([{ id: letter.id, status: 'failed-again' }, { parentId: letter.id, status: 'open', attempts: 2 }]);
    const again = await door.post(`${path}/${letter.id}/replay`, { replayedBy: '李娜' });
    expect([again.status, again.body.type, again.body.detail]).toEqual([409, 'urn:order-mesh:problem:letter-closed', `letter ${letter.id} failed again; the letter after it carries on`]);
  });

  it('drops with a reason and keeps it', async () => {
    await door.publishRaw({ topic: topics.crmEvents, key: 'L3', value: Buffer.from('<html>') });
    const letter = await buried('L3');
    expect((await door.post(`${path}/${letter.id}/drop`, { droppedBy: '李娜' })).body.errors).toEqual([{ pointer: '#/reason', detail: 'is missing' }]);
    const dropped = await door.post(`${path}/${letter.id}/drop`, { droppedBy: '李娜', reason: 'a scanner' });
    expect([dropped.status, dropped.body.status, dropped.body.note]).toEqual([200, 'dropped', 'a scanner']);
    expect((await door.post(`${path}/${letter.id}/drop`, { droppedBy: '李娜', reason: 'again' })).status).toBe(409);
  });

  it('is filtered and paged', async () => {
    for (let index = 0; index < 5; index += 1) await door.publishRaw({ topic: topics.creditEvents, key: `P${index}`, value: Buffer.from('{}') });
    const page = async (query: string): Promise<Parsed> => (await door.get(`${path}?topic=${topics.creditEvents}${query}`)).body;
    await until('five letters', async () => (await page('')).items.length === 5);
    const first = await page('&limit=3');
    expect([first.items.length, (await page(`&limit=3&cursor=${first.nextCursor}`)).items.length]).toEqual([3, 2]);
    expect((await door.get(`${path}?topic=${topics.creditEvents}&class=too-large`)).body).toEqual({ items: [], nextCursor: null });
    expect((await door.get(`${path}?class=odd&since=yesterday`)).body.errors).toMatchObject([{ parameter: 'class' }, { parameter: 'since' }]);
    expect((await door.get(`${path}/0`)).body.type).toBe('urn:order-mesh:problem:unknown-letter');
    expect((await door.get(`${path}/x%00`)).status).toBe(404);
  });
});
