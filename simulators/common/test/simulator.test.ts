import { mkdtempSync, appendFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noFaults, openJournal, rawBodyOf, startSimulator, type Simulator } from '../src/index.ts';

describe('a simulator of a partner system', () => {
  const booked: string[] = [];
  let simulator: Simulator;

  beforeAll(async () => {
    simulator = await startSimulator({
      name: 'bookshop',
      port: 0,
      ledger: () => ({ booked }),
      routes: (app) => app.post('/orders', (request, response) => {
        booked.push(rawBodyOf(request).toString());
        response.status(201).json({ ok: true });
      }),
    });
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    booked.length = 0;
    await fetch(`${simulator.url}/_sim/faults`, { method: 'DELETE' });
  });

  const tell = (rules: unknown) => fetch(`${simulator.url}/_sim/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(rules) });
  const order = (body = '{"book":1}') => fetch(`${simulator.url}/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const ledger = async () => (await fetch(`${simulator.url}/_sim/ledger`)).json();

  it('keeps a ledger that anyone may read', async () => {
    expect((await order()).status).toBe(201);
    expect(await ledger()).toEqual({ booked: ['{"book":1}'] });
  });

  it('does the work and loses the answer, once, when asked to drop after commit', async () => {
    expect((await tell({ match: 'POST /orders', dropAfterCommit: true, count: 1 })).status).toBe(201);
    await expect(order()).rejects.toThrow('fetch failed');
    expect(booked).toHaveLength(1);
    expect((await order()).status).toBe(201);
  });

  it('does no work when asked to drop before commit or to answer a status', async () => {
    await tell([{ dropBeforeCommit: true, count: 1 }, { status: 503, count: 1 }, { body: { errcode: 'closed' }, count: 1 }]);
    await expect(order()).rejects.toThrow('fetch failed');
    expect((await order()).status).toBe(503);
    expect(await (await order()).json()).toEqual({ errcode: 'closed' });
    expect(booked).toEqual([]);
  });

  it('does the work behind a garbage page, and finds a call by what its body says', async () => {
    await tell({ match: '"book":2', garbage: true, delayMs: 20 });
    const answer = await order('{"book":2}');
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('<html>')]);
    expect(await (await order()).json()).toEqual({ ok: true });
    expect(booked).toHaveLength(2);
  });

  it('does the work and answers half, or calls the answer something else', async () => {
    await tell([{ half: true, count: 1 }, { contentType: 'text/plain', count: 1 }]);
    const half = await order();
    expect(half.status).toBe(201);
    await expect(half.text()).rejects.toThrow();
    const mislabelled = await order();
    expect([mislabelled.headers.get('content-type'), await mislabelled.json()]).toEqual(['text/plain', { ok: true }]);
    expect(booked).toHaveLength(2);
  });

  it('says when to come again, when it is asked to limit the rate', async () => {
    await tell({ status: 429, headers: { 'Retry-After': '2' }, count: 1 });
    const answer = await order();
    expect([answer.status, answer.headers.get('retry-after'), booked]).toEqual([429, '2', []]);
  });

  it('hits the named share of calls', async () => {
    await tell({ status: 500, rate: 0.3 });
    const statuses = await Promise.all(Array.from({ length: 100 }, async () => (await order()).status));
    const hit = statuses.filter((status) => status === 500).length;
    expect(hit).toBeGreaterThan(15);
    expect(hit).toBeLessThan(45);
  });

  it('refuses a rule it does not understand, in words', async () => {
    const answer = await tell({ statuss: 500 });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('statuss')]);
  });

  it('says which setting to change when its port is taken', async () => {
    const again = startSimulator({ name: 'second', port: simulator.port, portSetting: 'BOOK_PORT', ledger: () => ({}), routes: () => {} });
    await expect(again).rejects.toThrow(/PORT_TAKEN.*BOOK_PORT/);
  });
});

describe('a fault with a time', () => {
  it('begins and ends when it was said to', () => {
    let now = 0;
    const faults = noFaults(1, () => now);
    faults.add([{ status: 503, afterMs: 100, forMs: 50 }]);
    const hits = [0, 99, 100, 149, 150, 1_000].map((at) => { now = at; return faults.take('GET /') !== undefined; });
    expect(hits).toEqual([false, false, true, true, false, false]);
  });
});

describe('a journal', () => {
  it('remembers what was recorded, and drops a line cut short by a kill', () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'journal-'));
    const first = openJournal<number>({ name: 'numbers', stateDir, apply: () => {} });
    first.record(1, 2);
    appendFileSync(join(stateDir, 'numbers.jsonl'), '{"cut');
    const seen: number[] = [];
    const second = openJournal<number>({ name: 'numbers', stateDir, apply: (entry) => void seen.push(entry) });
    second.record(3);
    expect(seen).toEqual([1, 2, 3]);
    first.close();
    second.close();
    const third: number[] = [];
    openJournal<number>({ name: 'numbers', stateDir, apply: (entry) => void third.push(entry) }).close();
    expect(third).toEqual([1, 2, 3]);
    rmSync(stateDir, { recursive: true });
  });
});
