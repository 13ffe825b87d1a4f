import { jest } from '@jest/globals';
import { registry, type AnyMessage } from '@order-mesh/contracts';
import { fen } from '@order-mesh/kernel';
import { hashOf, shippedRules } from '@order-mesh/rules';
import { until } from '@order-mesh/testing';
import { openFrontDoor, type FrontDoor, type Parsed } from './front-door.ts';
import { decision, messages, story, type Told } from './scene.ts';

// real servers on a shared machine take their time now and then
jest.setTimeout(60_000);

let door: FrontDoor;

beforeAll(async () => { door = await openFrontDoor(); }, 90_000);
afterAll(async () => { await door?.stop(); }, 60_000);

/** The messages of a story, told of another order. */
const told = (orderId: string, ...types: readonly Told[]): readonly (AnyMessage & { readonly id: string; readonly at: number })[] =>
  story(...types).map((message): AnyMessage & { id: string; at: number } => {
    const value = { ...message.value, orderId, ...('approvalId' in message.value && message.value.approvalId !== null && { approvalId: `${orderId}:credit` }), ...('deadline' in message.value && { deadline: Date.now() + 3_600_000 }) };
    return { ...message, value, id: `${orderId}/${message.id}` } as AnyMessage & { id: string; at: number };
  });

const shows = (orderId: string, status: string) => until(`${orderId} ${status}`, async () => {
  const answer = await door.get(`/v1/orders/${orderId}`);
  return answer.body.status === status && answer;
});

describe('an order on its way', () => {
  const WAY = ['OrderPlaced', 'HoldCredit', 'CreditHeld', 'LockStock', 'StockLocked', 'SignContract', 'ContractSigned', 'PlanDelivery', 'DeliveryPlanned', 'BookOrder', 'OrderBooked', 'OrderConfirmed', 'OrderRecorded'] as const;

  it('is shown with each of its messages once, however often they come', async () => {
    await door.publish(...[...told('D1', ...WAY)].reverse(), ...told('D1', ...WAY));
    const { body } = await shows('D1', 'confirmed');
    expect(body).toMatchObject({ customerName: '海风商贸', leadTimeMs: 3_700, reason: null, shipTo: { contact: '周*', phone: '138****5678', street: '***' } });
    const { timeline } = await until('all messages', async () => { const { body: now } = await door.get('/v1/orders/D1'); return now.timeline.length >= 13 && now; });
    expect(timeline.map(({ type }: { type: string }) => type)).toEqual(WAY);
  });

  it('tells every decision of rules on it, once, with the version where the rules were released', async () => {
    const way = told('D5', 'OrderPlaced', 'CreditRefused', 'ApprovalGranted', 'CreditHeld', 'DeliveryPlanned');
    await door.publish(...way, ...way);
    const shipped = hashOf(shippedRules({ freezeAfterDaysOverdue: 45, replenishToTimesSafety: 2 }).get('carrier-choice') ?? { point: '', rules: [] });
    await door.publish(...told('D6', 'OrderPlaced', 'DeliveryPlanned').map((message) => (
      message.type === 'DeliveryPlanned' ? { ...message, value: { ...message.value, decisions: [decision({ point: 'carrier-choice', hash: shipped })] } } : message)));
    const { items } = await until('both decisions', async () => { const { body } = await door.get('/v1/orders/D5/decisions'); return body.items?.length === 2 && body; });
    expect(items).toMatchObject([
      { point: 'credit-control', title: { zh: '信用控制' }, rule: 'freeze-overdue', sentence: '最早一笔未收款逾期超过 45 天，冻结', version: null, facts: { daysOverdue: 46, amount: 1_000 }, said: { verdict: 'ask' }, decidedAt: '1970-01-01T00:00:02.000Z', toldBy: 'CreditRefused' },
      { point: 'carrier-choice', rule: 'standard', toldBy: 'DeliveryPlanned' },
    ]);
    await until('the other order', async () => (await door.get('/v1/orders/D6/decisions')).body.items?.[0]?.version === 0);
    expect((await door.get('/v1/orders/none/decisions')).status).toBe(404);
  });

  it('can be cancelled while it runs, not once it has ended, and not when nobody knows it', async () => {
    await door.publish(...told('D2', 'OrderPlaced', 'HoldCredit'));
    await shows('D2', 'running');
    const asked = await door.post('/v1/orders/D2/cancel', { reason: 'ordered twice', requestedBy: '王芳' });
    expect([asked.status, asked.body, asked.headers.get('location')]).toEqual([202, { orderId: 'D2', status: 'running' }, '/v1/orders/D2']);
    const message = await until('the request', async () => door.heard.find(({ type, key }) => type === 'CancelRequested' && key === 'D2'));
    expect(message.value).toMatchObject({ orderId: 'D2', reason: 'ordered twice', requestedBy: '王芳' });

    await door.publish(...told('D3', 'OrderPlaced', 'OrderRejected'));
    await shows('D3', 'rejected');
    const late = await door.post('/v1/orders/D3/cancel', { reason: 'x', requestedBy: 'x' });
    expect([late.status, late.body.type]).toEqual([409, 'urn:order-mesh:problem:order-ended']);
    expect(late.body.detail).toContain('no carrier goes there');
    expect((await door.post('/v1/orders/none/cancel', { reason: 'x', requestedBy: 'x' })).status).toBe(404);
    expect((await door.post('/v1/orders/D2/cancel', { reason: '' })).body.errors).toHaveLength(1);
  });
});

describe('GET /v1/orders', () => {
  const list = (query: string) => door.get(`/v1/orders?${query}`);
  const ids = async (query: string): Promise<readonly string[]> => (await list(query)).body.items.map(({ orderId }: { orderId: string }) => orderId);

  it('pages through all of them, newest first, each once', async () => {
    const numbers = Array.from({ length: 25 }, (_, index) => `P${String(index).padStart(2, '0')}`);
    await door.publish(...numbers.flatMap((orderId, index) => told(orderId, 'OrderPlaced').map((message): AnyMessage & { id: string; at: number } => (
      message.type === 'OrderPlaced' ? { ...message, value: { ...message.value, source: 'pages', customerId: 'CP', customerName: '100%_纸业', externalId: `ext-${index}`, placedAt: 10_000 + Math.floor(index / 3) } } : message))));
    await until('all orders', async () => (await ids('source=pages&limit=200')).length === 25);
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await list(`source=pages&limit=7&cursor=${cursor}`);
      seen.push(...body.items.map(({ orderId }: { orderId: string }) => orderId));
      if (body.nextCursor === null) break;
      cursor = body.nextCursor;
    }
    expect(seen).toEqual([...numbers].sort((one, other) => Math.floor(Number(other.slice(1)) / 3) - Math.floor(Number(one.slice(1)) / 3) || (one < other ? 1 : -1)));
  });

  it('finds by status, customer, source, number and name', async () => {
    expect((await ids('status=rejected&q=D'))).toEqual(['D3']);
    expect(await ids('customer=CP&limit=200')).toHaveLength(25);
    expect(await ids('q=p0&source=pages')).toHaveLength(10);
    expect(await ids('q=ext-24')).toEqual(['P24']);
    expect(await ids('q=%25_%E7%BA%B8&limit=200')).toHaveLength(25);
    expect(await ids('q=1%25&source=pages')).toEqual([]);
    expect(await ids("q=';drop table gateway.order_view;--")).toEqual([]);
    expect(await ids('status=&customer=&q=&limit=1')).toHaveLength(1);
  });

  it.each(['status=late', 'limit=0', 'limit=201', 'limit=1e2', 'cursor=nonsense', 'cursor=WzEsMl0', 'page=2', 'q=a&q=b', 'q=%00'])('refuses %s and says which parameter is wrong', async (query) => {
    const { status, body } = await list(query);
    expect([status, body.type, body.errors[0].parameter]).toEqual([400, 'urn:order-mesh:problem:invalid-request', query.split('=')[0]]);
  });

  it('answers 404 to what it does not know', async () => {
    for (const path of ['/v1/orders/none', '/v1/orders/%00', `/v1/orders/${'x'.repeat(500)}`, '/v1/approvals/none', '/nowhere']) {
      const { status, headers } = await door.get(path);
      expect([path.slice(0, 30), status, headers.get('content-type')]).toEqual([path.slice(0, 30), 404, 'application/problem+json; charset=utf-8']);
    }
  });
});

describe('approvals', () => {
  it('are listed, granted or denied once, and closed', async () => {
    await door.publish(...told('E1', 'OrderPlaced', 'HoldCredit', 'CreditRefused', 'RequestApproval', 'ApprovalRequested'));
    const task = await until('the task', async () => (await door.get('/v1/approvals?status=open')).body.items[0]);
    expect(task).toMatchObject({ approvalId: 'E1:credit', orderId: 'E1', status: 'open', role: 'regional-manager', amountFen: '1000', detail: '46 days overdue', decidedBy: null });
    expect((await door.get('/v1/orders/E1')).body).toMatchObject({ status: 'running', step: 'waiting-for-approval', reason: 'overdue' });

    const granted = await door.post('/v1/approvals/E1:credit/grant', { decidedBy: '李经理', comment: 'paid yesterday' });
    expect([granted.status, granted.body.approvalId]).toEqual([202, 'E1:credit']);
    const message = await until('the decision', async () => door.heard.find(({ type, key }) => type === 'DecideApproval' && key === 'E1'));
    expect(message.value).toMatchObject({ approvalId: 'E1:credit', decision: 'granted', decidedBy: '李经理', comment: 'paid yesterday' });

    await door.publish(...told('E1', 'ApprovalGranted'));
    await until('the task to close', async () => (await door.get('/v1/approvals/E1:credit')).body.status === 'granted');
    const late = await door.post('/v1/approvals/E1:credit/deny', { decidedBy: '李经理' });
    expect([late.status, late.body.detail]).toEqual([409, 'the task was granted before']);
    expect((await door.get('/v1/approvals?status=open')).body.items).toEqual([]);
    expect((await door.post('/v1/approvals/none/grant', { decidedBy: 'x' })).status).toBe(404);
    expect((await door.post('/v1/approvals/E1:credit/grant', { comment: 5 })).status).toBe(400);
  });

  it('are decided many at once, each answered by itself, and show the decision that changed nothing', async () => {
    await door.publish(...told('E3', 'ApprovalRequested'), ...told('E4', 'ApprovalRequested'));
    await until('the tasks', async () => (await door.get('/v1/approvals?status=open')).body.items.length === 2);
    const decisions = ['E3', 'none', 'E1'].map((orderId) => ({ approvalId: `${orderId}:credit`, decision: 'granted' }));
    const taken = await door.post('/v1/approvals/decisions', { decidedBy: '李经理', decisions });
    expect([taken.status, taken.body.items]).toMatchObject([202, [
      { approvalId: 'E3:credit', outcome: 'asked', detail: '', approval: { status: 'open' } }, { approvalId: 'none:credit', outcome: 'unknown', approval: null },
      { approvalId: 'E1:credit', outcome: 'closed', detail: 'the task was granted before' },
    ]]);
    await until('the decision', async () => door.heard.find(({ type, key }) => type === 'DecideApproval' && key === 'E3'));
    await door.publish(...told('E3', 'DecisionIgnored'));
    const ignored = await until('the refusal', async () => (await door.get('/v1/approvals/E3:credit')).body.ignored);
    expect(ignored).toMatchObject({ decidedBy: '李经理', reason: 'not-allowed', detail: '李经理 does not look after 华东' });
    expect((await door.post('/v1/approvals/decisions', { decidedBy: '李经理', decisions: [...decisions, ...decisions] })).body.errors).toMatchObject([{ pointer: '#/decisions', detail: 'must name each task once' }]);
    expect((await door.post('/v1/approvals/decisions', { decidedBy: '李经理', decisions: [] })).status).toBe(400);
    await door.publish(...told('E3', 'ApprovalGranted'), ...told('E4', 'ApprovalGranted'));
  });

  it('are taken off the list when the order needs none any more', async () => {
    await door.publish(...told('E2', 'ApprovalWithdrawn', 'ApprovalRequested'));
    expect((await until('the task', async () => { const answer = await door.get('/v1/approvals/E2:credit'); return answer.status === 200 && answer; })).body.status).toBe('withdrawn');
  });
});

describe('GET /v1/finance/confirmed-orders', () => {
  const recorded = (orderId: string, entryNo: number, confirmedAt: number): AnyMessage => ({ type: 'OrderRecorded', value: { ...messages.OrderRecorded, orderId, entryNo, confirmedAt, discount: fen(150), customerName: '=cmd|"x"' } });
  const feed = (query: string) => door.get(`/v1/finance/confirmed-orders?${query}`);
  const day = Date.parse('2026-08-01T00:00:00+08:00');

  it('gives the orders of a span of days, as JSON and as CSV', async () => {
    await door.publish(...Array.from({ length: 1_203 }, (_, index) => recorded(`F${index}`, index + 1, day + index * 1_000)), recorded('F-before', 2_000, day - 1), recorded('F-after', 2_001, day + 86_400_000));
    const json = await until('all orders', async () => { const answer = await feed('from=2026-08-01&to=2026-08-01'); return answer.body.orders.length === 1_203 && answer; });
    expect(json.body.totalFen).toBe('1203000');
    expect(json.body.orders[1_202]).toMatchObject({ orderId: 'F1202', amountFen: '1000', discountFen: '150', agrees: true, confirmedAt: '2026-07-31T16:20:02.000Z' });

    const csv = await feed('from=2026-08-01&to=2026-08-01&format=csv');
    expect([csv.status, csv.headers.get('content-type'), csv.headers.get('content-disposition')]).toEqual([200, 'text/csv; charset=utf-8; header=present', 'attachment; filename="confirmed-orders.csv"']);
    const lines = csv.text.split('\r\n');
    expect([lines.length, lines.at(-1)]).toEqual([1_205, '']);
    expect(lines[1]).toBe(`3,1,F0,C1,"'=cmd|""x""",华东,10.00,10.00,true,SO1,AR1,K1,SF1,1970-01-01T00:00:01.000Z,2026-07-31T16:00:00.000Z,1970-01-01T00:00:04.800Z,150`);
  });

  it('refuses what is no span', async () => {
    expect((await feed('from=yesterday')).body.errors).toMatchObject([{ parameter: 'from' }]);
    expect((await feed('from=2026-08-02&to=2026-08-01T00:00:00Z&format=xml')).status).toBe(400);
    expect((await feed('from=2099-01-01')).body).toEqual({ orders: [], totalFen: '0' });
  });
});

describe('the schema registry', () => {
  it('gives every schema as Confluent\'s does', async () => {
    const first = registry.find(({ subject }) => registry.filter((one) => one.subject === subject).length === 1);
    if (!first) throw new TypeError('no schema is registered in one version alone');
    const { id, subject, schema } = first;
    const byId = await door.get(`/schemas/ids/${id}?fetchMaxId=false`);
    expect([byId.headers.get('content-type'), byId.body]).toEqual(['application/vnd.schemaregistry.v1+json; charset=utf-8', { schema }]);
    expect((await door.get('/schemas/types')).body).toEqual(['AVRO']);
    expect((await door.get('/subjects')).body).toContain(subject);
    const versions = registry.filter((one) => one.subject === subject);
    const [oldest, newest] = [versions[0], versions.at(-1)].map((one) => ({ subject, id: one?.id, version: one?.version, schema: one?.schema }));
    expect((await door.get(`/subjects/${subject}/versions`)).body).toEqual(versions.map(({ version }) => version));
    expect((await door.get(`/subjects/${subject}/versions/1`)).body).toEqual(oldest);
    for (const version of ['latest', '-1']) expect((await door.get(`/subjects/${subject}/versions/${version}`)).body).toEqual(newest);
    for (const one of registry) expect((await door.get(`/schemas/ids/${one.id}`)).body.schema).toBe(one.schema);
  });

  it('says what it does not have as Confluent\'s does', async () => {
    const subject = registry[0]?.subject ?? '';
    const codes = await Promise.all(['/schemas/ids/99999', '/schemas/ids/x', '/subjects/none/versions', '/subjects/none/versions/1', `/subjects/${subject}/versions/99`, `/subjects/${subject}/versions/0`].map(async (path) => {
      const { status, body, headers } = await door.get(path);
      expect([typeof body.message, headers.get('content-type')]).toEqual(['string', 'application/vnd.schemaregistry.v1+json; charset=utf-8']);
      return [status, body.error_code];
    }));
    expect(codes).toEqual([[404, 40403], [404, 40403], [404, 40401], [404, 40401], [404, 40402], [422, 42202]]);
  });
});

describe('the documentation', () => {
  it('describes every route with its answers and refusals in OpenAPI 3.1', async () => {
    const { body } = await door.get('/docs-json');
    expect(body.openapi).toBe('3.1.0');
    const routes = Object.entries<Record<string, Parsed>>(body.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, route]) => ({ name: `${method} ${path}`, route })));
    expect(routes.map(({ name }) => name).sort()).toEqual([
      'get /.well-known/oauth-protected-resource', 'get /health/live', 'get /health/ready', 'get /schemas/ids/{id}', 'get /schemas/types', 'get /subjects', 'get /subjects/{subject}/versions',
      'get /subjects/{subject}/versions/{version}', 'get /v1/approvals', 'get /v1/approvals/{approvalId}', 'get /v1/cases', 'get /v1/cases/{orderId}', 'get /v1/dead-letters', 'get /v1/dead-letters/{letterId}',
      'get /v1/delegations', 'get /v1/delegations/{delegationId}',
      'get /v1/finance/confirmed-orders', 'get /v1/imports', 'get /v1/imports/{importId}', 'get /v1/me', 'get /v1/orders',
      'get /v1/orders/{orderId}', 'get /v1/orders/{orderId}/decisions', 'get /v1/partners', 'get /v1/reconciliation', 'get /v1/reconciliation/runs/{runId}', 'get /v1/rules', 'get /v1/rules/adoption', 'get /v1/rules/changes/{changeId}',
      'get /v1/rules/changes/{changeId}/shadow', 'get /v1/rules/shadows', 'get /v1/rules/simulations/{simulationId}', 'get /v1/rules/{point}', 'get /v1/rules/{point}/changes', 'get /v1/rules/{point}/versions/{version}', 'post /v1/approvals/decisions', 'post /v1/approvals/{approvalId}/deny', 'post /v1/approvals/{approvalId}/grant',
      'post /v1/cases/{orderId}/assign', 'post /v1/cases/{orderId}/resolve', 'post /v1/dead-letters/{letterId}/drop', 'post /v1/dead-letters/{letterId}/edit', 'post /v1/dead-letters/{letterId}/replay',
      'post /v1/delegations', 'post /v1/delegations/{delegationId}/end',
      'post /v1/imports', 'post /v1/imports/{importId}/resume', 'post /v1/imports/{importId}/stop', 'post /v1/orders', 'post /v1/orders/{orderId}/cancel', 'post /v1/partners/{system}/pause',
      'post /v1/partners/{system}/resume', 'post /v1/privacy/erasures', 'post /v1/reconciliation/differences/{differenceId}/accept', 'post /v1/reconciliation/differences/{differenceId}/repair', 'post /v1/reconciliation/runs',
      'post /v1/rules/changes/{changeId}/approve', 'post /v1/rules/changes/{changeId}/refuse', 'post /v1/rules/changes/{changeId}/shadow', 'post /v1/rules/changes/{changeId}/shadow/end', 'post /v1/rules/{point}/changes', 'post /v1/rules/{point}/rollback', 'post /v1/rules/{point}/simulations',
    ]);
    for (const { name, route } of routes) {
      const statuses = Object.keys(route.responses);
      expect([name, statuses.some((status) => status.startsWith('2')), typeof route.summary]).toEqual([name, true, 'string']);
      for (const answer of Object.values<Parsed>(route.responses)) expect([name, Object.keys(answer.content ?? {}).length > 0]).toEqual([name, true]);
    }
    const names = [...JSON.stringify(body).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
    for (const name of names) expect(Object.keys(body.components.schemas)).toContain(name);
    expect(Object.keys(body.paths['/v1/orders'].post.responses).sort()).toEqual(['200', '202', '400', '401', '403', '409', '413', '415', '422', '429', '500', '503']);
  });

  it('is shown by assets of our own', async () => {
    const page = await door.get('/docs');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, asset]) => new URL(asset ?? '', `${door.url}/docs`));
    expect(assets.length).toBeGreaterThan(3);
    for (const asset of assets) {
      expect(asset.origin).toBe(door.url);
      expect((await fetch(asset)).status).toBe(200);
    }
  });
});

describe('S24: every answer', () => {
  const SAYS = {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'self';script-src 'self';script-src-attr 'none';style-src 'self';img-src 'self' data:;font-src 'self';connect-src 'self';object-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin', 'origin-agent-cluster': '?1', 'referrer-policy': 'no-referrer',
    'strict-transport-security': 'max-age=31536000; includeSubDomains', 'x-content-type-options': 'nosniff', 'x-dns-prefetch-control': 'off', 'x-download-options': 'noopen', 'x-frame-options': 'DENY',
    'x-permitted-cross-domain-policies': 'none', 'x-xss-protection': '0', 'ratelimit-policy': '"caller";q=5000;w=1',
  };
  const OF_THE_MOMENT = ['connection', 'content-length', 'content-type', 'date', 'etag', 'keep-alive', 'ratelimit', 'vary', 'x-correlation-id'];

  it.each([['/v1/orders', 200], ['/nowhere', 404], ['/docs', 200], ['/docs/swagger-ui.css', 200], ['/docs-json', 200], ['/v1/orders?limit=0', 400]])('of %s says how it may be used, sets no cookie, and says who we are to nobody', async (path, status) => {
    const answer = await door.get(path);
    const { 'accept-ranges': _, 'last-modified': __, ...headers } = Object.fromEntries(answer.headers);
    expect([answer.status, Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_MOMENT.includes(name)))]).toEqual([status, SAYS]);
  });

  it('of the documentation has no script and no style of its own inline', async () => {
    const { text } = await door.get('/docs');
    expect(text).not.toMatch(/<style|style=|<script>|onload=|javascript:/i);
  });

  it('lets pages of no other origin read it, unless they are set', async () => {
    const asked = await fetch(`${door.url}/v1/orders`, { headers: { origin: 'https://attacker.example' } });
    const before = await fetch(`${door.url}/v1/orders`, { method: 'OPTIONS', headers: { origin: 'https://attacker.example', 'access-control-request-method': 'POST' } });
    for (const { headers } of [asked, before]) expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  it('that is a refusal is a problem without a stack, also to what is broken', async () => {
    for (const answer of [await door.get('/v1/orders/%E0%A4%A'), await door.post('/v1/orders', '{"a":', { 'idempotency-key': 'k' }), await door.get('/nowhere')]) {
      expect([answer.headers.get('content-type'), Object.keys(answer.body).sort()]).toEqual(['application/problem+json; charset=utf-8', expect.arrayContaining(['detail', 'status', 'title', 'type'])]);
      expect(answer.text).not.toMatch(/node_modules|\.[jt]s:\d|\\n\s+at /);
    }
  });
});
