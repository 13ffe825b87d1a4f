import { gzipSync } from 'node:zlib';
import { jest } from '@jest/globals';
import { createCodec } from '@order-mesh/messaging';
import { query } from '@order-mesh/platform';
import { until } from '@order-mesh/testing';
import { exampleOrder } from '../src/inbound/examples.ts';
import { openFrontDoor, type Answer, type FrontDoor, type Parsed } from './front-door.ts';
import { placed } from './scene.ts';

jest.setTimeout(120_000);

let door: FrontDoor;

beforeAll(async () => {
  door = await openFrontDoor();
  await door.publish({ type: 'OrderPlaced', value: { ...placed(), orderId: 'R1' } });
  await until('an order', async () => (await door.get('/v1/orders/R1')).status === 200);
}, 120_000);
afterAll(async () => { await door?.stop(); }, 60_000);

interface Write {
  readonly path: string;
  readonly body: object;
  readonly other: object;
  /** What it sends, by type. */
  readonly sends: string;
}

const delegation = { absent: '李娜', deputy: '张伟', until: '2099-10-16', reason: 'on leave', requestedBy: '王芳' };
const writes: readonly (readonly [string, Write])[] = [
  ['an order', { path: '/v1/orders', body: { ...exampleOrder, orderId: 'R2' }, other: { ...exampleOrder, orderId: 'R3' }, sends: 'OrderPlaced' }],
  ['a cancellation', { path: '/v1/orders/R1/cancel', body: { reason: 'ordered twice', requestedBy: '王芳' }, other: { reason: 'other', requestedBy: '王芳' }, sends: 'CancelRequested' }],
  ['a deputy', { path: '/v1/delegations', body: delegation, other: { ...delegation, deputy: '王强' }, sends: 'DelegateApprovals' }],
  ['an import', { path: '/v1/imports', body: { system: 'salesforce', requestedBy: '王芳' }, other: { system: 'salesforce', requestedBy: '李娜' }, sends: 'StartImport' }],
];
const post = ({ path }: Pick<Write, 'path'>, body: object, key: string): Promise<Answer> => door.post(path, body, { 'idempotency-key': key });
const codeOf = ({ status, body }: Answer): readonly unknown[] => [status, String(body?.type).split(':').at(-1)];

describe('S12: under one Idempotency-Key', () => {
  it.each(writes)('%s is carried out once and answered alike, and nothing else is', async (name, write) => {
    const key = `key of ${name}`.replaceAll(' ', '-');
    const sent = () => door.heard.filter(({ type, key: of }) => type === write.sends && of !== 'R1-earlier').length;
    const before = sent();
    const first = await post(write, write.body, key);
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([202, null]);
    const turned = Object.fromEntries(Object.entries(write.body).reverse());
    for (const body of [write.body, turned]) {
      const again = await post(write, body, key);
      expect([again.status, again.text, again.headers.get('location'), again.headers.get('idempotency-replayed')]).toEqual([202, first.text, first.headers.get('location'), 'true']);
    }
    expect(codeOf(await post(write, write.other, key))).toEqual([422, 'idempotency-key-reused']);
    expect(codeOf(await post({ path: '/v1/orders/R1/cancel' }, { reason: 'another path', requestedBy: '王芳' }, key))).toEqual([422, 'idempotency-key-reused']);
    await until('what it sends', async () => sent() > before);
    expect(sent() - before).toBe(1);
  });

  it.each(writes.slice(0, 2))('%s that is being answered is in flight to whoever repeats it, and answered later', async (name, write) => {
    const key = `slow ${name}`.replaceAll(' ', '-');
    const held = await holdViews();
    const body = { ...write.body, ...(write.path === '/v1/orders' ? { orderId: 'R4' } : { reason: 'slow' }) };
    const first = post(write, body, key);
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    const second = await post(write, body, key);
    expect([...codeOf(second), second.headers.get('retry-after')]).toEqual([409, 'request-in-flight', '1']);
    await held();
    expect((await first).status).toBe(202);
    expect((await post(write, body, key)).headers.get('idempotency-replayed')).toBe('true');
  });

  it('is a refusal kept like an answer where it was decided with the change, and another try open where nothing was', async () => {
    const unreadable = { path: '/v1/delegations' };
    expect(codeOf(await post(unreadable, {}, 'k-open'))).toEqual([400, 'invalid-request']);
    expect((await post(unreadable, delegation, 'k-open')).status).toBe(202);
    const unknown = { path: '/v1/orders/none/cancel' };
    const refused = await post(unknown, { reason: 'x', requestedBy: '王芳' }, 'k-refused');
    const again = await post(unknown, { reason: 'x', requestedBy: '王芳' }, 'k-refused');
    expect([codeOf(refused), { ...again.body, correlationId: '' }, again.headers.get('idempotency-replayed')]).toEqual([[404, 'unknown-order'], { ...refused.body, correlationId: '' }, 'true']);
    expect(codeOf(await door.post('/v1/delegations', delegation, { 'idempotency-key': 'two words' }))).toEqual([400, 'invalid-request']);
  });

  it('tells that it was carried out and its answer was lost, where somebody was stopped in between', async () => {
    const { body } = await post({ path: '/v1/delegations' }, delegation, 'k-lost');
    await door.database.query({ name: 'lose', text: `update gateway.idempotency_key set answer = '{"type":"begun","at":1000}' where key = 'k-lost'` });
    expect(codeOf(await post({ path: '/v1/delegations' }, delegation, 'k-lost'))).toEqual([409, 'answer-lost']);
    expect((await door.get(`/v1/delegations/${body.delegationId}`)).status).toBe(200);
  });

  it('may any request be repeated that changes something, as the documentation says', async () => {
    const { paths } = (await door.get('/docs-json')).body;
    const posts = Object.entries<Record<string, Parsed>>(paths).flatMap(([path, { post: operation }]) => (operation ? [[path, operation] as const] : []));
    expect(posts.length).toBeGreaterThan(25);
    for (const [path, { parameters, responses }] of posts) {
      expect([path, parameters.filter((one: Parsed) => one.name === 'Idempotency-Key').length, Object.keys(responses)]).toEqual([path, 1, expect.arrayContaining(['409', '413', '422', '429'])]);
    }
  });
});

describe('S13: a request is refused that', () => {
  const place = (body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> => door.post('/v1/orders', body, { 'idempotency-key': crypto.randomUUID(), ...headers });
  const lines = (count: number) => ({ ...exampleOrder, orderId: `L${count}`, lines: Array.from({ length: count }, () => exampleOrder.lines[0]) });
  const nested = (depth: number): string => `{"reason":${'['.repeat(depth)}${']'.repeat(depth)}}`;

  it('is larger than 256 KB, packed or not, and one that is as large as that is read', async () => {
    const text = JSON.stringify(exampleOrder);
    const padded = (bytes: number): string => `${text.slice(0, -1)}${' '.repeat(bytes - Buffer.byteLength(text))}}`;
    expect([codeOf(await place(padded(262_145))), (await place(padded(262_144))).status]).toEqual([[413, 'too-large'], 202]);
    const packed = await fetch(`${door.url}/v1/orders`, { method: 'POST', body: gzipSync(padded(5_000_000)), headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', 'idempotency-key': 'bomb', authorization: `Bearer ${await door.issuer.signedIn('ops')}` } });
    expect(packed.status).toBe(413);
    expect(codeOf(await door.post('/v1/rules/credit-control/changes', { content: { rules: 'x'.repeat(300_000) } }))).toEqual([400, 'invalid-request']);
    expect(codeOf(await door.post('/v1/rules/credit-control/changes', { content: { rules: 'x'.repeat(1_200_000) } }))).toEqual([413, 'too-large']);
  });

  it('is nested deeper than 32 levels', async () => {
    expect((await door.post('/v1/orders/R1/cancel', nested(32))).body.detail).toContain('/reason');
    expect((await door.post('/v1/orders/R1/cancel', nested(33))).body.detail).toBe('the body is nested deeper than 32 levels');
  });

  it('has more than 500 lines, 200 decisions, or wants more than 200 on a page', async () => {
    expect([(await place(lines(500))).status, codeOf(await place(lines(501)))]).toEqual([202, [422, 'invalid-order']]);
    const decisions = (count: number) => door.post('/v1/approvals/decisions', { decidedBy: '李经理', decisions: Array.from({ length: count }, (_, index) => ({ approvalId: `none-${index}:credit`, decision: 'granted' })) });
    expect([(await decisions(200)).status, codeOf(await decisions(201))]).toEqual([202, [400, 'invalid-request']]);
    expect([(await door.get('/v1/orders?limit=200')).status, codeOf(await door.get('/v1/orders?limit=201'))]).toEqual([200, [400, 'invalid-request']]);
  });

  it('has headers beyond 16 KB, or a message that is larger than Kafka takes', async () => {
    expect((await door.get('/v1/orders').then(() => fetch(`${door.url}/v1/orders`, { headers: { 'x-large': 'x'.repeat(17_000) } }))).status).toBe(431);
    expect(() => createCodec().encode({ type: 'ReleaseCredit', value: { orderId: 'x'.repeat(1_048_576) } })).toThrow('is larger than 1048576 bytes');
  });
});

/** Holds the table of views, as a slow neighbour would, until what it gives is called. */
async function holdViews(): Promise<() => Promise<void>> {
  const [released, locked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holding = door.postgres.open().transaction(async (tx) => {
    await query(tx, { name: 'hold', text: 'lock table gateway.order_view in access exclusive mode' });
    locked.resolve();
    await released.promise;
  });
  await locked.promise;
  return async () => {
    released.resolve();
    await holding;
  };
}
