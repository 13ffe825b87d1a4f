import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@order-mesh/testing';
import { exampleOrder } from '../src/inbound/examples.ts';
import { openFrontDoor, type Answer, type FrontDoor } from './front-door.ts';
import { placed } from './scene.ts';

let door: FrontDoor;

beforeAll(async () => {
  door = await openFrontDoor({ GATEWAY_MOST_OPEN: '20', GATEWAY_MOST_UNDER_WAY: '300' });
}, 90_000);

afterAll(() => door?.stop(), 60_000);

const place = (orderId: string): Promise<Answer> => door.post('/v1/orders', { ...exampleOrder, orderId }, { 'idempotency-key': orderId });
const end = (...orderIds: readonly string[]): Promise<void> => door.publish(...orderIds.map((orderId) => ({
  type: 'OrderRejected' as const, value: { orderId, source: 'api', externalId: orderId, step: 'credit', reason: 'overdue', detail: '', at: 1_000 },
})));
const names = (prefix: string, count: number): readonly string[] => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe('more orders at once than there is room for', () => {
  it('are refused with the moment of their turn, and taken once when they come again then', async () => {
    const all = names('burst', 200);
    const answers = await Promise.all(all.map(place));
    const refused = all.filter((_, index) => answers[index]?.status === 429);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 429]));
    for (const { body, headers } of answers.filter(({ status }) => status === 429)) {
      const wait = Number(headers.get('retry-after'));
      expect(wait).toBeGreaterThanOrEqual(1);
      expect(wait).toBeLessThanOrEqual(60);
      expect(body).toMatchObject({ type: 'urn:order-mesh:problem:overloaded', detail: expect.stringMatching(/^\d+ orders are being taken, about \d+ a second; nothing was done, come again in \d+ s with the same Idempotency-Key$/) });
    }
    for (const orderId of refused) await until(`${orderId} to be taken`, async () => (await place(orderId)).status === 202);
    // a member that joins publishes again what its neighbours may not have; the ids tell
    const sent = (): number => new Set(door.heard.filter(({ type, key }) => type === 'OrderPlaced' && key.startsWith('burst')).map(({ id }) => id)).size;
    await until('all of them', async () => sent() >= 200);
    expect(sent()).toBe(200);
    await end(...all);
  }, 60_000);
});

describe('while too many orders are under way', () => {
  const shows = async (orderId: string): Promise<boolean> => (await door.get(`/v1/orders/${orderId}`)).status === 200;

  it('no new one is taken, neither over HTTP nor from Kafka; those under way go on, and so do the new ones after them', async () => {
    const all = names('slow', 300);
    for (const orderId of all) await until(`${orderId} to be taken`, async () => (await place(orderId)).status === 202);
    const refused = await until('a refusal', async () => { const answer = await place('one-more'); return answer.status === 429 && answer; });
    expect(refused.body.detail).toMatch(/^300 orders are under way, about \d+ a second get through; nothing was done/);
    // the consumer is told a quarter of a second later, and what it has asked for before still comes
    for (const orderId of ['asked-for', 'from-kafka']) {
      await pause(1_500);
      await door.publish({ type: 'OrderPlaced', value: { ...placed(), orderId } });
    }
    await pause(1_500);
    expect(await shows('from-kafka')).toBe(false);
    expect((await door.get('/health/ready')).status).toBe(200);

    // an order that waits for a person makes room like one that has ended
    await door.publish(...all.slice(0, 20).map((orderId) => ({ type: 'SignContract' as const, value: { ...placed(), orderId, revision: 0, startedAt: 0, discounts: [] } })));
    await end(...all.slice(20, 40));
    await until('room', async () => (await place('one-more')).status === 202);
    await until('the order from Kafka', () => shows('from-kafka'));
  }, 90_000);
});
