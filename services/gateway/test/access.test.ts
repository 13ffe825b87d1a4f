import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { jest } from '@jest/globals';
import type { AnyMessage } from '@order-mesh/contracts';
import { freePort } from '@order-mesh/embedded';
import { openIssuer, until } from '@order-mesh/testing';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { grants, isPermission, rolesWith, roles, type Role } from '../src/domain/permissions.ts';
import { exampleOrder } from '../src/inbound/examples.ts';
import { openFrontDoor, type Answer, type FrontDoor, type Parsed } from './front-door.ts';
import { messages, placed } from './scene.ts';
import { CREDIT, proposed } from './rules-scene.ts';

jest.setTimeout(120_000);

let door: FrontDoor;
let routes: readonly Route[];

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly permission: string | undefined;
}

const OPEN = ['GET /.well-known/oauth-protected-resource', 'GET /health/live', 'GET /health/ready'];

beforeAll(async () => {
  door = await openFrontDoor();
  const { paths } = (await door.get('/docs-json')).body;
  routes = Object.entries<Parsed>(paths).flatMap(([path, methods]) => Object.entries<Parsed>(methods).map(([method, route]): Route => (
    { method: method === 'get' ? 'GET' : 'POST', path: path.replaceAll(/\{\w+\}/g, 'none'), permission: route['x-permission'] })));
  await door.publish(...ordersOf());
  await until('all orders', async () => (await door.get('/v1/orders?limit=200')).body.items.length === ORDERS.length);
  await until('all approvals', async () => (await door.get('/v1/approvals')).body.items.length === ORDERS.length);
}, 120_000);
afterAll(async () => { await door?.stop(); }, 60_000);

const ORDERS = [
  { orderId: 'A1', customerId: 'C1', region: '华东', source: 'webshop' }, { orderId: 'A2', customerId: 'C2', region: '华东', source: 'salesforce' },
  { orderId: 'A3', customerId: 'C3', region: '华北', source: 'webshop' }, { orderId: 'A4', customerId: 'C1', region: '华北', source: 'salesforce' },
];

const ordersOf = (): readonly AnyMessage[] => ORDERS.flatMap(({ orderId, customerId, region, source }, index): readonly AnyMessage[] => [
  { type: 'OrderPlaced', value: placed({ orderId, customerId, region, source, placedAt: 1_000 + index }) },
  { type: 'CreditHeld', value: { ...messages.CreditHeld, orderId, customerId } },
  { type: 'ApprovalRequested', value: { ...messages.ApprovalRequested, orderId, approvalId: `${orderId}:credit`, customerId, region, requestedBy: '陈静', deadline: Date.now() + 3_600_000 } },
]);

const ids = ({ body }: Answer): readonly string[] => body.items.map(({ orderId }: Parsed) => orderId).sort();
const seen = async (token: string, path = '/v1/orders'): Promise<readonly string[]> => {
  const answer = await door.ask('GET', path, token);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.text}`);
  return ids(answer);
};
const kind = ({ status, body }: Answer): readonly [number, string] => [status, String(body?.type).replace('urn:order-mesh:problem:', '')];

it('S1: every route is closed to whoever is not signed in, but for health and how to sign in; so is every path there is not', async () => {
  const answers = await Promise.all([...routes, { method: 'GET' as const, path: '/nowhere' }].map(async ({ method, path }) => [`${method} ${path}`, await door.ask(method, path, null)] as const));
  const open = answers.filter(([, { status }]) => status !== 401).map(([name]) => name);
  expect(open.sort()).toEqual(OPEN);
  for (const [name, { headers, body }] of answers.filter(([, { status }]) => status === 401)) {
    expect([name, headers.get('www-authenticate'), headers.get('content-type'), headers.get('set-cookie'), body.type]).toEqual(
      [name, 'Bearer realm="order-mesh"', 'application/problem+json; charset=utf-8', null, 'urn:order-mesh:problem:not-signed-in']);
  }
  expect(routes.filter(({ method, path, permission }) => permission === undefined && ![...OPEN, 'GET /v1/me'].includes(`${method} ${path}`))).toEqual([]);
  expect((await door.ask('GET', '/.well-known/oauth-protected-resource', null)).body).toMatchObject({ resource: 'order-mesh', authorization_servers: ['https://login.test'] });
});

describe('S2: a forged token', () => {
  const now = Math.floor(Date.now() / 1_000);
  const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: 'https://login.test', aud: 'order-mesh', sub: 'id', name: '李娜', roles: ['ops'], exp: now + 600 };
  const forgeries: readonly (readonly [string, () => Promise<string>])[] = [
    ['is not signed at all', async () => `${base64({ alg: 'none', typ: 'at+jwt', kid: 'test' })}.${base64(claims)}.`],
    ['is signed with the public key as if it were a secret', async () => {
      const text = `${base64({ alg: 'HS256', typ: 'at+jwt', kid: 'test' })}.${base64(claims)}`;
      return `${text}.${createHmac('sha256', JSON.stringify(door.issuer.publicKey)).update(text).digest('base64url')}`;
    }],
    ['is signed by somebody else under our key\'s name', async () => door.issuer.forged({ key: (await generateKeyPair('ES256')).privateKey })],
    ['names a key that the issuer does not have', () => door.issuer.forged({ header: { kid: 'other' } })],
    ['brings its own key', async () => {
      const { privateKey, publicKey } = await generateKeyPair('ES256');
      return door.issuer.forged({ key: privateKey, header: { kid: undefined, jwk: await exportJWK(publicKey) } });
    }],
    ['is of another issuer', () => door.issuer.forged({ claims: { iss: 'https://login.example.com' } })],
    ['is for another audience', () => door.issuer.forged({ claims: { aud: 'another-api' } })],
    ['has expired', () => door.issuer.forged({ claims: { exp: now - 61 } })],
    ['is not valid yet', () => door.issuer.forged({ claims: { nbf: now + 300 } })],
    ['never expires', () => door.issuer.forged({ claims: { exp: undefined } })],
    ['is an ID token, or any other kind', () => door.issuer.forged({ header: { typ: 'JWT' } })],
    ['was changed after it was signed', async () => {
      const [header, , signature] = (await door.issuer.forged({})).split('.');
      return `${header}.${base64({ ...claims, roles: ['finance'] })}.${signature}`;
    }],
  ];

  it.each(forgeries)('S2: that %s is not taken', async (_, forge) => {
    expect((await door.ask('GET', '/v1/orders', await door.issuer.forged({}))).status).toBe(200);
    const answer = await door.ask('GET', '/v1/orders', await forge());
    expect([...kind(answer), answer.headers.get('www-authenticate')]).toEqual([401, 'invalid-token', expect.stringMatching(/^Bearer realm="order-mesh", error="invalid_token", error_description="[ -~]+"$/)]);
  });

  it('S2: that says too much, or too little, is not taken either', async () => {
    const { issuer } = door;
    for (const token of [await issuer.forged({ claims: { name: undefined } }), await issuer.forged({ claims: { blob: 'x'.repeat(20_000) } }), 'nonsense']) {
      expect([400, 401, 431]).toContain((await door.ask('GET', '/v1/orders', token)).status);
    }
  });
});

describe('S4: every route, asked by every role', () => {
  it.each(roles)('S4: lets %s do what the table says, and nothing else', async (role: Role) => {
    const token = await door.issuer.signedIn(role, { name: '何人' });
    for (const { method, path, permission } of routes) {
      if (permission === undefined || !isPermission(permission)) continue;
      const isAllowed = rolesWith(permission).includes(role);
      const answer = await door.ask(method, path, token);
      expect([`${method} ${path}`, kind(answer)[1] === 'forbidden']).toEqual([`${method} ${path}`, !isAllowed]);
      if (!isAllowed) expect([answer.status, answer.body.detail]).toEqual([403, expect.stringContaining(`your role ${role} may not ${grants[permission].says} (${permission})`)]);
    }
  });
});

describe('S5: what is somebody else\'s', () => {
  it('S5: is not on any list, not even of who asks for it by name', async () => {
    const { issuer } = door;
    const [rep, manager, both] = [await issuer.signedIn('sales_rep', { customers: ['C1'] }), await issuer.signedIn('regional_manager', { regions: ['华东'] }), await issuer.signedIn(['sales_rep', 'regional_manager'], { customers: ['C1'], regions: ['华东'] })];
    expect([await seen(rep), await seen(manager), await seen(both), await seen(await issuer.signedIn('finance'))]).toEqual([['A1', 'A4'], ['A1', 'A2'], ['A1', 'A2', 'A4'], ['A1', 'A2', 'A3', 'A4']]);
    expect([await seen(rep, '/v1/orders?customer=C3'), await seen(rep, '/v1/orders?q=A3'), await seen(manager, '/v1/orders?customer=C1')]).toEqual([[], [], ['A1']]);
    expect([await seen(rep, '/v1/approvals'), await seen(manager, '/v1/approvals?status=open'), await seen(both, '/v1/approvals')]).toEqual([['A1', 'A4'], ['A1', 'A2'], ['A1', 'A2', 'A4']]);
    expect([await seen(await issuer.signedIn('sales_rep')), await seen(await issuer.signedIn('regional_manager', { customers: ['C1'] }))]).toEqual([[], []]);
  });

  it('S5: is paged as if there were nothing else', async () => {
    const token = await door.issuer.signedIn(['sales_rep', 'regional_manager'], { customers: ['C1'], regions: ['华东'] });
    const pages: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body }: Answer = await door.ask('GET', `/v1/orders?limit=1&cursor=${cursor}`, token);
      pages.push(...body.items.map(({ orderId }: Parsed) => orderId));
      cursor = body.nextCursor;
    }
    expect(pages).toEqual(['A4', 'A2', 'A1']);
  });

  it.each([['GET', '/v1/orders/A3'], ['POST', '/v1/orders/A3/cancel'], ['GET', '/v1/approvals/A3:credit'], ['GET', '/v1/orders/A3/decisions'], ['POST', '/v1/approvals/A3:credit/grant']] as const)('S5: is not known: %s %s', async (method, path) => {
    const token = await door.issuer.signedIn('regional_manager', { name: '李娜', regions: ['华东'] });
    const body = path.endsWith('cancel') ? { reason: 'x' } : {};
    const [foreign, missing] = [await door.ask(method, path, token, body), await door.ask(method, path.replace('A3', 'A9'), token, body)];
    expect(foreign.status).toBe(404);
    const told = ({ text, body }: Answer): string => text.replace(body.correlationId, '');
    expect(told(foreign).replaceAll('A3', 'A9')).toBe(told(missing));
    expect((await door.ask(method, path.replace('A3', 'A1'), token, body)).status).toBeLessThan(300);
  });

  it('S5: is not placed by who has nothing to do with it, and never under another name', async () => {
    const place = async (token: string, changes: object): Promise<Answer> => door.ask('POST', '/v1/orders', token, { ...exampleOrder, ...changes });
    const rep = await door.issuer.signedIn('sales_rep', { name: '陈静', customers: ['C17850'] });
    expect(kind(await place(rep, { orderId: 'N1', customerId: 'C9' }))).toEqual([403, 'forbidden']);
    expect(kind(await place(rep, { orderId: 'N2', placedBy: '王芳' }))).toEqual([403, 'forbidden']);
    expect((await place(rep, { orderId: 'N3' })).status).toBe(202);
    const message = await until('the order', async () => door.heard.find(({ type, key }) => type === 'OrderPlaced' && key === 'N3'));
    expect(message.value).toMatchObject({ placedBy: '陈静', customerId: 'C17850' });
    expect(kind(await door.ask('POST', '/v1/orders/A1/cancel', await door.issuer.signedIn('ops', { name: '韩梅梅' }), { reason: 'x', requestedBy: '王芳' }))).toEqual([403, 'forbidden']);
  });

  it('S5: figures of finance are not told to who sells', async () => {
    const told = async (role: Role, path: string): Promise<Parsed> => (await door.ask('GET', path, await door.issuer.signedIn(role, { customers: ['C1'] }))).body;
    const [hidden, shown] = [await told('sales_rep', '/v1/approvals/A1:credit'), await told('finance', '/v1/approvals/A1:credit')];
    expect([shown.evidence.limitFen, shown.meaning]).toEqual(['500000000', expect.stringContaining('exposure would be')]);
    expect([hidden.evidence, hidden.meaning, hidden.detail, hidden.amountFen]).toEqual([null, null, 'overdue', shown.amountFen]);
    const held = async (role: Role): Promise<Parsed> => (await told(role, '/v1/orders/A1')).timeline.find(({ type }: Parsed) => type === 'CreditHeld');
    expect((await held('finance')).value).toMatchObject({ exposure: '4000', limit: '9000' });
    const forRep = await held('sales_rep');
    expect([forRep.summary, Object.keys(forRep.value).filter((name) => ['exposure', 'limit', 'decisions'].includes(name))]).toEqual(['credit is held', []]);
    // moments and ids have any digits
    const text = JSON.stringify(await told('sales_rep', '/v1/orders/A1')).replaceAll(/\b(\d{13}|[0-9a-f]{32})\b/g, '');
    expect(text).not.toMatch(/9000|500000000|evidence/);
  });

  it('S5: a body sets no field that it is not asked for', async () => {
    const answers = await Promise.all(routes.filter(({ method }) => method === 'POST').map(async ({ method, path, permission }) => {
      const token = await door.issuer.signedIn([...rolesWith(isPermission(permission ?? '') ? permission as keyof typeof grants : 'orders:place')], { name: '何人' });
      return [path, await door.ask(method, path.replace('/rules/none', `/rules/${CREDIT}`), token, { isAdmin: true })] as const;
    }));
    for (const [path, { status, body }] of answers) expect([path, status === 400 || status === 422, JSON.stringify(body.errors)]).toEqual([path, true, expect.stringContaining('{"pointer":"#/isAdmin","detail":"is not known here; leave it out"}')]);
  });
});

describe('S6: a second person', () => {
  it('S6: releases a change of the rules, never its author, under no spelling of the name', async () => {
    await door.publish(proposed({ changeId: 'four-eyes', author: '王芳' }));
    const path = '/v1/rules/changes/four-eyes';
    await until('the change', async () => (await door.get(path)).body.status === 'proposed');
    for (const name of ['王芳', ' 王芳 ']) {
      const own = await door.ask('POST', `${path}/approve`, await door.issuer.signedIn('sales_director', { name }));
      expect([...kind(own), own.body.detail]).toEqual([403, 'own-change', '王芳 wrote the change; another person has to decide']);
    }
    expect((await door.ask('POST', `${path}/approve`, await door.issuer.signedIn('finance', { name: '赵敏' }))).status).toBe(202);
    const decided = await until('the decision', async () => door.heard.find(({ type, key }) => type === 'DecideRules' && key === CREDIT));
    expect(decided.value).toMatchObject({ changeId: 'four-eyes', decidedBy: '赵敏' });
  });

  it('S6: decides on an approval, never who asked for it, and who has the role that is asked', async () => {
    const path = '/v1/approvals/A2:credit/grant';
    expect(kind(await door.ask('POST', path, await door.issuer.signedIn('sales_director', { name: '陈静' })))).toEqual([403, 'own-request']);
    expect((await door.ask('POST', '/v1/approvals/decisions', await door.issuer.signedIn('sales_director', { name: '陈静' }), { decisions: [{ approvalId: 'A2:credit', decision: 'granted' }] })).body.items).toMatchObject([{ outcome: 'not-theirs' }]);
    expect((await door.ask('POST', path, await door.issuer.signedIn('regional_manager', { name: '李娜', regions: ['华东'] }))).status).toBe(202);
  });
});

it('S7: an auditor may ask for everything and changes nothing: each write is refused', async () => {
  const auditor = await door.issuer.signedIn('auditor', { name: '孙立' });
  const writes = routes.filter(({ method }) => method === 'POST');
  expect(writes.length).toBeGreaterThan(20);
  for (const { method, path } of writes) expect([path, ...kind(await door.ask(method, path, auditor))]).toEqual([path, 403, 'forbidden']);
  expect((await door.ask('GET', '/v1/orders/A1', auditor)).status).toBe(200);
});

it('S8: a system does what its scopes say with its own orders, and another one nothing with them', async () => {
  const { issuer } = door;
  const [shop, other, reader] = [await issuer.system('webshop', 'orders:read orders:place orders:cancel'), await issuer.system('crm', 'orders:read orders:place orders:cancel'), await issuer.system('webshop', 'orders:read')];
  expect([(await seen(shop)).filter((id) => id.startsWith('A')), await seen(other)]).toEqual([['A1', 'A3'], []]);
  const order = { ...exampleOrder, orderId: 'S1' };
  expect(kind(await door.ask('POST', '/v1/orders', other, order))).toEqual([403, 'forbidden']);
  const lacking = await door.ask('POST', '/v1/orders', reader, order);
  expect([...kind(lacking), lacking.body.detail]).toEqual([403, 'forbidden', 'webshop may not place orders: its token lacks the scope orders:place']);
  expect((await door.ask('POST', '/v1/orders', shop, order)).status).toBe(202);
  expect([(await door.ask('GET', '/v1/orders/A3', other)).status, (await door.ask('POST', '/v1/orders/A3/cancel', other, { reason: 'x' })).status]).toEqual([404, 404]);
  const greedy = await issuer.system('webshop', 'rules:release approvals:decide finance:feed');
  for (const path of ['/v1/rules', '/v1/finance/confirmed-orders', '/v1/orders']) expect(kind(await door.ask('GET', path, greedy))).toEqual([403, 'forbidden']);
});

it('no answer sets a cookie', async () => {
  const token = await door.issuer.signedIn(['sales_director', 'finance', 'ops']);
  for (const { method, path } of routes) expect([path, (await door.ask(method, path, token)).headers.get('set-cookie')]).toEqual([path, null]);
});

describe('an issuer whose keys cannot be had', () => {
  let late: FrontDoor;
  let keys: Server | undefined;
  afterAll(async () => {
    await late?.stop();
    await new Promise((resolve) => { if (keys) keys.close(resolve); else resolve(undefined); });
  }, 60_000);

  it('keeps everybody outside with advice, not with a no; once they are there, so is everybody', async () => {
    const port = await freePort();
    const issuer = `http://127.0.0.1:${port}`;
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const token = await new SignJWT({ sub: 'id', name: '李娜', roles: ['ops'] }).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'k1' }).setIssuer(issuer).setAudience('order-mesh').setExpirationTime('1h').sign(privateKey);
    late = await openFrontDoor({ OIDC_ISSUER: issuer, OIDC_JWKS: '' });
    await until('only the keys to be missing', async () => (await late.ask('GET', '/health/ready', null)).body.reason.startsWith('the keys'));
    expect((await late.ask('GET', '/health/ready', null)).body).toMatchObject({ status: 'not ready', reason: `the keys of ${issuer}, which tokens are checked by, have not been had yet` });
    const answer = await late.ask('GET', '/v1/orders', token);
    expect([...kind(answer), answer.headers.get('retry-after'), answer.body.detail]).toEqual([503, 'unavailable', '5', expect.stringContaining(`the keys of ${issuer} cannot be had, so nobody can be let in`)]);

    const jwk = { ...await exportJWK(publicKey), kid: 'k1', alg: 'RS256', use: 'sig' };
    keys = createServer((request, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(request.url === '/keys' ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/keys` }));
    });
    keys.keepAliveTimeout = 1;
    keys.listen(port, '127.0.0.1');
    await until('the gateway to be ready', async () => (await late.ask('GET', '/health/ready', null)).status === 200);
    expect((await late.ask('GET', '/v1/orders', token)).status).toBe(200);
    expect((await late.ask('GET', '/v1/orders', await (await openIssuer()).signedIn('ops'))).status).toBe(401);
  });
});
