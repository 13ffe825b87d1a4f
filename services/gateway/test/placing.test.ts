import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { until } from '@order-mesh/testing';
import { exampleOrder } from '../src/inbound/examples.ts';
import { openFrontDoor, type FrontDoor } from './front-door.ts';

// real servers on a shared machine take their time now and then
jest.setTimeout(60_000);

let door: FrontDoor;

beforeAll(async () => { door = await openFrontDoor(); }, 90_000);
afterAll(async () => { await door?.stop(); }, 60_000);

const order = (orderId: string, changes: object = {}): object => ({ ...exampleOrder, orderId, ...changes });
const place = (body: unknown, key: string = randomUUID()) => door.post('/v1/orders', body, { 'idempotency-key': key });
const placedOf = (orderId: string) => door.heard.filter((message) => message.type === 'OrderPlaced' && message.key === orderId);

describe('POST /v1/orders', () => {
  it('takes an order, sends it once, and shows it at once', async () => {
    const answer = await place(order('A1'), 'key-a1');
    expect([answer.status, answer.body, answer.headers.get('location')]).toEqual([202, { orderId: 'A1', status: 'running' }, '/v1/orders/A1']);
    const shown = await door.get('/v1/orders/A1');
    expect(shown.body).toMatchObject({ orderId: 'A1', source: 'webshop', externalId: 'A1', amountFen: '15300', status: 'running', step: null, endedAt: null, leadTimeMs: null });
    expect(shown.body.lines).toEqual([{ lineNo: 1, sku: '85123A', name: 'WHITE HANGING HEART T-LIGHT HOLDER', quantity: 6, unit: 'PCS', unitPriceFen: '2550', amountFen: '15300' }]);
    await until('the order on Kafka', async () => placedOf('A1').length === 1);
    const timeline = await until('the timeline', async () => (await door.get('/v1/orders/A1')).body.timeline[0]);
    expect(timeline).toMatchObject({ type: 'OrderPlaced', kind: 'event', topic: 'crm.events.v1', from: 'gateway', attempt: 1, summary: '海风商贸有限公司 ordered 1 line for 153.00 yuan, placed by webshop' });
  });

  it('gives the same key and body the same answer, byte by byte, and sends nothing again', async () => {
    const first = await place(order('A2'), 'key-a2');
    const second = await place({ ...order('A2'), source: undefined, ...order('A2') }, 'key-a2');
    expect([second.status, second.text, second.headers.get('location')]).toEqual([first.status, first.text, first.headers.get('location')]);
    expect([first.headers.get('idempotency-replayed'), second.headers.get('idempotency-replayed')]).toEqual([null, 'true']);
    await until('the order on Kafka', async () => placedOf('A2').length > 0);
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    expect(placedOf('A2')).toHaveLength(1);
  });

  it('refuses the same key with another body', async () => {
    await place(order('A3'), 'key-a3');
    const answer = await place(order('A3-other'), 'key-a3');
    expect([answer.status, answer.body.type]).toEqual([422, 'urn:order-mesh:problem:idempotency-key-reused']);
    expect((await door.get('/v1/orders/A3-other')).status).toBe(404);
  });

  it('says that a request is in flight, and gives its answer later', async () => {
    const held = await holdViews(door);
    const first = place(order('A4'), 'key-a4');
    await new Promise((resolve) => { setTimeout(resolve, 200); });
    const second = await place(order('A4'), 'key-a4');
    expect([second.status, second.body.type, second.headers.get('retry-after')]).toEqual([409, 'urn:order-mesh:problem:request-in-flight', '1']);
    await held.release();
    expect((await first).status).toBe(202);
    expect((await place(order('A4'), 'key-a4')).status).toBe(202);
  });

  it('does not let its sender wait for ever, and has placed the order once when he repeats it', async () => {
    const held = await holdViews(door);
    const late = await place(order('A5'), 'key-a5');
    expect([late.status, late.body.type, late.headers.get('retry-after')]).toEqual([503, 'urn:order-mesh:problem:unavailable', '5']);
    expect(late.body.detail).toContain('same Idempotency-Key');
    await held.release();
    const answer = await until('the answer', async () => { const again = await place(order('A5'), 'key-a5'); return again.status === 202 && again; });
    expect(answer.headers.get('idempotency-replayed')).toBe('true');
    await until('the order on Kafka', async () => placedOf('A5').length > 0);
    expect(placedOf('A5')).toHaveLength(1);
  });

  it('knows the order under another key, and refuses other content under its number', async () => {
    await place(order('A6'));
    const known = await place(order('A6'));
    expect([known.status, known.body.orderId, known.body.amountFen]).toEqual([200, 'A6', '15300']);
    const differs = await place(order('A6', { customerId: 'C2' }));
    expect([differs.status, differs.body.type, differs.headers.get('content-type')]).toEqual([409, 'urn:order-mesh:problem:order-differs', 'application/problem+json; charset=utf-8']);
  });

  it('places one order for many who send it at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => place(order('A7'), `key-a7-${index}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 29 }, () => 200), 202]);
    await until('the order on Kafka', async () => placedOf('A7').length > 0);
    expect(placedOf('A7')).toHaveLength(1);
  });

  it.each([
    ['no key', order('B1'), {}, [400, 'missing-idempotency-key']],
    ['a key of blanks', order('B1'), { 'idempotency-key': 'a b' }, [400, 'invalid-request']],
    ['no JSON', '{"orderId":', { 'idempotency-key': 'k' }, [400, 'invalid-request']],
    ['a number', '5', { 'idempotency-key': 'k' }, [400, 'invalid-request']],
    ['a list', [], { 'idempotency-key': 'k' }, [422, 'invalid-order']],
    ['a form', 'orderId=1', { 'idempotency-key': 'k', 'content-type': 'application/x-www-form-urlencoded' }, [415, 'not-json']],
    ['an unknown encoding', order('B1'), { 'idempotency-key': 'k', 'content-encoding': 'lzma' }, [415, 'not-json']],
    ['more than 1 MB', order('B1', { region: 'x'.repeat(1_100_000) }), { 'idempotency-key': 'k' }, [413, 'too-large']],
    ['2,000 lines', order('B1', { lines: Array.from({ length: 2_000 }, () => exampleOrder.lines[0]) }), { 'idempotency-key': 'k' }, [422, 'invalid-order']],
    ['a hundred thousand brackets', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, { 'idempotency-key': 'k' }, [422, 'invalid-order']],
  ])('refuses %s as problem+json without a stack', async (_, body, headers, expected) => {
    const [status, code] = expected;
    const answer = await door.post('/v1/orders', body, headers);
    expect([answer.status, answer.body.type, answer.body.status, answer.headers.get('content-type')]).toEqual([status, `urn:order-mesh:problem:${code}`, status, 'application/problem+json; charset=utf-8']);
    expect([typeof answer.body.title, typeof answer.body.detail]).toEqual(['string', 'string']);
    expect(answer.text).not.toMatch(/node_modules|\.[jt]s:\d|\\n\s+at /);
    expect((await door.get('/v1/orders/B1')).status).toBe(404);
  });

  it('lists every fault with its place', async () => {
    const answer = await place(order('B2', { lines: [{ sku: 'P1', quantity: -1, unitPriceFen: '1.5' }], vat: 1 }));
    expect(answer.body).toEqual({
      type: 'urn:order-mesh:problem:invalid-order', title: 'The order cannot be taken', status: 422, correlationId: expect.any(String),
      detail: '/lines/0/quantity: must be above zero, and 2 more',
      errors: [
        { pointer: '#/lines/0/quantity', detail: 'must be above zero' },
        { pointer: '#/lines/0/unitPriceFen', detail: 'must be a whole number of fen from 0 to 9007199254740991, as a number or in quotes' },
        { pointer: '#/vat', detail: 'is not known here; leave it out' },
      ],
    });
  });
});

/** Holds the table of views, as a slow neighbour would. */
async function holdViews({ postgres }: FrontDoor): Promise<{ release(): Promise<void> }> {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => { release = resolve; });
  let locked = (): void => {};
  const isLocked = new Promise<void>((resolve) => { locked = resolve; });
  const { query } = await import('@order-mesh/platform');
  const holding = postgres.open().transaction(async (tx) => {
    await query(tx, { name: 'hold', text: 'lock table gateway.order_view in access exclusive mode' });
    locked();
    await released;
  });
  await isLocked;
  return { release: async () => { release(); await holding; } };
}

describe('bad days', () => {
  it('is ready, and says when the database takes nothing; refuses new orders and goes on afterwards', async () => {
    expect((await door.get('/health/live')).body).toEqual({ status: 'live' });
    expect((await door.get('/health/ready')).body).toEqual({ status: 'ready' });
    await door.postgres.kill();
    const first = await place(order('G1'), 'key-g1');
    expect([first.status, first.body.type]).toEqual([503, 'urn:order-mesh:problem:unavailable']);
    const ready = await door.get('/health/ready');
    expect([ready.status, ready.body]).toEqual([503, { status: 'not ready', reason: expect.stringContaining('the database') }]);
    const second = await place(order('G2'), 'key-g2');
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await door.get('/v1/orders')).status).toBe(503);
    await door.postgres.start();
    const answer = await until('the order', async () => { const again = await place(order('G1'), 'key-g1'); return again.status === 202 && again; });
    expect(answer.body).toEqual({ orderId: 'G1', status: 'running' });
    await until('the order on Kafka', async () => placedOf('G1').length > 0);
    expect(placedOf('G1')).toHaveLength(1);
  });
});
