import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startIdentity, people, type IdentitySimulator } from '@order-mesh/identity-simulator';
import { walkThrough } from '../src/session/demo-form.ts';
import { openLoopback } from '../src/session/loopback.ts';
import { begin, openProvider, type Beginning, type Provider } from '../src/session/provider.ts';
import { sessionAt, type SignInPlace } from '../src/session/sign-in.ts';
import { forgetSessions, keepSession, keptSession } from '../src/session/store.ts';

let identity: IdentitySimulator;
let provider: Provider;
let folder: string;
/** As much of a gateway as tells who gives tokens for it. */
let door: Server;
let gateway: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'order-mesh-sign-in-'));
  identity = await startIdentity({ port: 0, stateDir: join(folder, 'state') });
  provider = await openProvider(identity.issuer, 'mesh');
  door = createServer((_, response) => { response.end(JSON.stringify({ resource: 'order-mesh', authorization_servers: [identity.issuer] })); });
  await new Promise<void>((resolve) => { door.listen(0, '127.0.0.1', resolve); });
  const address = door.address();
  gateway = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}, 60_000);
afterAll(async () => {
  await identity?.close();
  door?.close();
  door?.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const REDIRECT = 'http://127.0.0.1:49152/callback';
const claimsIn = (token: string): Record<string, unknown> => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const headerIn = (token: string): Record<string, unknown> => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());

/** A sign-in as far as the browser's way back, after what somebody changed on the way there. */
async function sentBack(change: (url: URL) => void = () => {}): Promise<{ readonly beginning: Beginning; readonly callback: URL }> {
  const beginning = await begin(provider, REDIRECT);
  const there = new URL(beginning.url);
  change(there);
  return { beginning, callback: await walkThrough(there, REDIRECT, '李娜') };
}

const no = { code: 'NOT_SIGNED_IN' };

describe('S3: signing in by code and PKCE', () => {
  it('S3: lets a person in through a loopback address of any port, as who they are', async () => {
    const loopback = await openLoopback();
    try {
      const beginning = await begin(provider, loopback.redirectUri);
      expect(Object.fromEntries(beginning.url.searchParams)).toMatchObject({ response_type: 'code', code_challenge_method: 'S256', state: expect.stringMatching(/^.{40,}$/), nonce: expect.stringMatching(/^.{40,}$/) });
      await fetch(await walkThrough(beginning.url, loopback.redirectUri, 'LiNa'));
      const { accessToken, refreshToken, person } = await beginning.finish(await loopback.called);
      expect([person, refreshToken, headerIn(accessToken)['typ']]).toEqual(['李娜', expect.any(String), 'at+jwt']);
      expect(claimsIn(accessToken)).toMatchObject({ iss: identity.issuer, aud: 'order-mesh', name: '李娜', roles: ['regional_manager'], regions: expect.arrayContaining(['福建']) });
    } finally {
      loopback.close();
    }
  });

  it.each<[string, (callback: URL) => void]>([
    ['without a state', (callback) => { callback.searchParams.delete('state'); }], ['with a state of somebody else', (callback) => { callback.searchParams.set('state', 'other'); }],
    ['without a code', (callback) => { callback.searchParams.delete('code'); }], ['with a code that nobody gave', (callback) => { callback.searchParams.set('code', 'made-up'); }],
    ['from another issuer', (callback) => { callback.searchParams.set('iss', 'https://login.example.com'); }],
    ['with a no', (callback) => { callback.search = `?error=access_denied&state=${callback.searchParams.get('state') ?? ''}`; }],
  ])('S3: fails on a way back %s', async (_, spoil) => {
    const { beginning, callback } = await sentBack();
    spoil(callback);
    await expect(beginning.finish(callback)).rejects.toMatchObject(no);
  });

  it.each<[string, (url: URL) => void]>([
    ['another nonce', (url) => { url.searchParams.set('nonce', 'other'); }], ['no nonce', (url) => { url.searchParams.delete('nonce'); }],
    ['another proof key (PKCE)', (url) => { url.searchParams.set('code_challenge', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'); }],
  ])('S3: fails when it was begun with %s', async (_, change) => {
    const { beginning, callback } = await sentBack(change);
    await expect(beginning.finish(callback)).rejects.toMatchObject(no);
  });

  it('S3: a code lets in once, and only whom it was given to', async () => {
    const [one, other] = [await sentBack(), await sentBack()];
    await expect(other.beginning.finish(one.callback)).rejects.toMatchObject(no);
    const { beginning, callback } = await sentBack();
    await beginning.finish(callback);
    await expect(beginning.finish(callback)).rejects.toMatchObject(no);
  });

  it('S3: is not begun without PKCE, and leads back nowhere but to this machine', async () => {
    await expect(sentBack((url) => { url.searchParams.delete('code_challenge'); url.searchParams.delete('code_challenge_method'); }).then(({ callback }) => callback.searchParams.get('error'))).resolves.toBe('invalid_request');
    const beginning = await begin(provider, 'https://evil.example.com/callback');
    const answer = await fetch(beginning.url, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });
});

it('a sign-in of nobody of the company is refused, and says who there is', async () => {
  const beginning = await begin(provider, REDIRECT);
  await expect(walkThrough(beginning.url, REDIRECT, '无名')).rejects.toMatchObject({ code: 'NOT_SIGNED_IN', advice: expect.stringMatching(/^nobody of the demo is called 无名; there are 韩梅梅 \(HanMeimei\), .*陈静/) });
});

it('keeps its keys over a restart, for its owner alone: whoever is signed in stays so', async () => {
  const path = join(folder, 'state', 'identity-keys.json');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const again = await startIdentity({ port: 0, stateDir: join(folder, 'state') });
  const { beginning, callback } = await sentBack();
  const { refreshToken } = await beginning.finish(callback);
  expect(readFileSync(join(folder, 'state', 'identity-sessions.json'), 'utf8')).toContain(refreshToken);
  const keys = async (issuer: string): Promise<unknown> => (await fetch(`${issuer}/jwks`)).json();
  expect(await keys(again.issuer)).toEqual(await keys(identity.issuer));
  await again.close();
  expect(JSON.stringify(await keys(identity.issuer))).not.toContain('"d"');
});

it('S8: gives a program what its client may have, and nothing to one with another secret', async () => {
  const ask = (id: string, secret: string, scope: string): Promise<Response> => fetch(`${identity.issuer}/token`, {
    method: 'POST', headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` }, body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
  });
  const shop: { readonly access_token: string } = JSON.parse(await (await ask('webshop', 'demo-webshop-secret', 'orders:place')).text());
  expect(claimsIn(shop.access_token)).toMatchObject({ sub: 'webshop', scope: 'orders:place', sources: ['webshop'] });
  expect([(await ask('webshop', 'wrong', 'orders:place')).status, (await ask('mesh', '', '')).status]).toEqual([401, 400]);
  const greedy: { readonly access_token: string } = JSON.parse(await (await ask('webshop', 'demo-webshop-secret', 'orders:read rules:release')).text());
  expect(claimsIn(greedy.access_token)['scope']).toBe('orders:read');
});

describe('sessions of the command line', () => {
  const dataDir = (): string => mkdtempSync(join(folder, 'data-'));
  const place = (changes: Partial<SignInPlace>): SignInPlace => ({ gateway, dataDir: dataDir(), as: undefined, issuer: undefined, demoIssuer: identity.issuer, client: undefined, cliClient: 'mesh', ...changes });
  const who = async (at: SignInPlace): Promise<unknown> => claimsIn(await sessionAt(at).token())['name'];

  it('are begun by themselves at the demo\'s provider: as its operations person, or as whom somebody names', async () => {
    expect([await who(place({})), await who(place({ as: '王芳' })), await who(place({ as: 'ZhangWei' }))]).toEqual(['韩梅梅', '王芳', '张伟']);
  });

  it('are kept for their owner alone, and used again instead of signing in anew', async () => {
    const at = place({});
    const signIns = async (): Promise<number> => JSON.parse(await (await fetch(`${identity.issuer}/_sim/ledger`)).text()).signIns.length;
    await who(at);
    const before = await signIns();
    expect(await who(at)).toBe('韩梅梅');
    expect([await signIns(), statSync(join(at.dataDir, 'sessions.json')).mode & 0o777]).toEqual([before, 0o600]);
  });

  it('go on with their refresh token once the access token is over', async () => {
    const at = place({ as: '王芳' });
    const first = await sessionAt(at).token();
    const path = join(at.dataDir, 'sessions.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"expiresAt": \d+/, '"expiresAt": 0'));
    const second = await sessionAt({ ...at, demoIssuer: undefined }).token();
    expect([claimsIn(second)['name'], second === first]).toEqual(['王芳', false]);
  });

  it('are never begun elsewhere: somebody has to sign in', async () => {
    const at = place({ demoIssuer: undefined });
    await expect(sessionAt(at).token()).rejects.toMatchObject({ ...no, advice: 'not signed in: mesh login' });
    await expect(sessionAt({ ...at, as: '王芳' }).token()).rejects.toMatchObject({ ...no, advice: '王芳 is not signed in here: mesh login' });
    keepSession(at.dataDir, { gateway, issuer: identity.issuer, person: '王芳', accessToken: 'x', refreshToken: 'revoked', expiresAt: 0 }, true);
    await expect(sessionAt(at).token()).rejects.toMatchObject({ ...no, advice: 'the session of 王芳 is over: mesh login' });
  });

  it('are shown to the gateway they are for and to no other', async () => {
    const at = place({ as: '王芳' });
    await who(at);
    await expect(sessionAt({ ...at, gateway: 'http://127.0.0.1:9', demoIssuer: undefined }).token()).rejects.toMatchObject({ code: 'NOT_RUNNING', advice: expect.stringContaining('no mesh answers at http://127.0.0.1:9') });
  });

  it('are a program\'s own where it has a name and a secret', async () => {
    const token = await sessionAt(place({ client: { id: 'robot', secret: 'demo-robot-secret', scope: undefined }, demoIssuer: undefined })).token();
    expect(claimsIn(token)).toMatchObject({ sub: 'robot', roles: ['ops'] });
  });

  it('are forgotten, of one person or of all', () => {
    const folderOf = dataDir();
    for (const person of ['王芳', '李娜', '张伟']) keepSession(folderOf, { gateway, issuer: identity.issuer, person, accessToken: 'x', refreshToken: null, expiresAt: 0 }, true);
    expect([keptSession(folderOf, gateway, undefined)?.person, keptSession(folderOf, gateway, '王芳')?.person]).toEqual(['张伟', '王芳']);
    expect([forgetSessions(folderOf, '张伟').length, keptSession(folderOf, gateway, undefined), forgetSessions(folderOf, undefined).length]).toEqual([1, undefined, 2]);
  });
});

it('has people of all six roles, and managers of every region of the sample', () => {
  expect(new Set(people.flatMap(({ roles }) => roles))).toEqual(new Set(['sales_rep', 'regional_manager', 'sales_director', 'finance', 'ops', 'auditor']));
});
