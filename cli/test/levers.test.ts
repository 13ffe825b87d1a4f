import { starts, type RunningSimulator } from '../src/up/simulators.ts';
import type { SimulatorName } from '../src/up/settings.ts';

/** A call that each partner answers with a text of its own, whoever makes it. */
const CALLS: readonly (readonly [string, SimulatorName, string, NodeJS.ProcessEnv])[] = [
  ['Salesforce', 'salesforce', '/services/data', {}], ['U8', 'u8', '/system/token', {}], ['e签宝', 'esign', '/v3/sign-flow/1/detail', {}],
  ['法大大', 'esign', '/api/v5/nothing', { ESIGN_PROVIDER: 'fasc' }], ['SF', 'carrier', '/std/nothing', {}], ['WeCom', 'wecom', '/cgi-bin/gettoken', {}],
];

describe.each(CALLS)('%s, asked to misbehave', (_name, which, path, env) => {
  let simulator: RunningSimulator;
  let usual: { readonly status: number; readonly type: string };

  const call = async () => {
    const answer = await fetch(`${simulator.url}${path}`);
    return { status: answer.status, type: answer.headers.get('content-type') ?? '', retryAfter: answer.headers.get('retry-after'), text: await answer.text() };
  };
  const lever = (name: string, body: unknown) => fetch(`${simulator.url}/_sim/${name}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const outcome = () => call().then(({ status }) => String(status), () => 'cut');

  beforeAll(async () => {
    simulator = await starts[which](env);
    const { status, type } = await call();
    usual = { status, type };
  });
  afterEach(() => fetch(`${simulator.url}/_sim/faults`, { method: 'DELETE' }));
  afterAll(() => simulator?.close());

  it.each([
    ['answers a status', { status: 503 }, { status: 503 }], ['limits the rate', { status: 429, headers: { 'Retry-After': '2' } }, { status: 429, retryAfter: '2' }], ['says something else', { body: 'nonsense' }, { status: 200, text: 'nonsense' }],
    ['answers garbage', { garbage: true }, { status: 200, text: expect.stringContaining('<html>') }], ['calls its answer something else', { contentType: 'text/csv' }, { type: expect.stringContaining('text/csv') }], ['is slow', { delayMs: 20 }, {}],
  ])('%s, once', async (_what, rule, wanted) => {
    await lever('faults', { match: `GET ${path}`, count: 1, ...rule });
    expect(await call()).toMatchObject(wanted);
    expect(await call()).toMatchObject(usual);
  });

  it('cuts the connection before the work, after it, and in the middle of the answer', async () => {
    await lever('faults', [{ dropBeforeCommit: true, count: 1 }, { dropAfterCommit: true, count: 1 }, { half: true, count: 1 }]);
    expect([await outcome(), await outcome(), await outcome(), await outcome()]).toEqual(['cut', 'cut', 'cut', String(usual.status)]);
  });

  it('fails for a share of the calls, or for a time', async () => {
    await lever('faults', { status: 503, rate: 0.5 });
    const drawn = await Promise.all(Array.from({ length: 60 }, outcome));
    expect(new Set(drawn).size).toBe(2);
    await fetch(`${simulator.url}/_sim/faults`, { method: 'DELETE' });
    await lever('faults', [{ status: 503, forMs: 1 }, { status: 500, afterMs: 60_000 }]);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    expect(await outcome()).toBe(String(usual.status));
  });

  it('says what time it is, and makes it later', async () => {
    const told = async (): Promise<{ readonly aheadMs: number }> => JSON.parse(await (await fetch(`${simulator.url}/_sim/clock`)).text());
    expect((await told()).aheadMs).toBe(0);
    expect((await lever('clock', { advanceMs: 60_000 })).status).toBe(200);
    expect((await told()).aheadMs).toBe(60_000);
    expect((await lever('clock', { advanceMs: -60_000 })).status).toBe(400);
  });
});
