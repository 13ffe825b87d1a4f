import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClock, startSimulator, type Simulator, type SimulatorClock } from '../src/index.ts';

const HOUR_MS = 3_600_000;

describe('the clock of a simulator, over HTTP', () => {
  let clock: SimulatorClock;
  let simulator: Simulator;
  beforeEach(async () => {
    clock = openClock({ name: 'bookshop', runsBy: () => Date.UTC(2026, 2, 1) });
    simulator = await startSimulator({ name: 'bookshop', port: 0, clock, ledger: () => ({}), routes: () => {} });
  });
  afterEach(() => simulator.close());

  const shown = async () => (await fetch(`${simulator.url}/_sim/clock`)).json();
  const move = async (wanted: unknown) => {
    const answer = await fetch(`${simulator.url}/_sim/clock`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(wanted) });
    return { status: answer.status, told: await answer.json() };
  };

  it('tells the time, and is moved by a length or to a moment', async () => {
    expect(await shown()).toEqual({ now: '2026-03-01T00:00:00.000Z', aheadMs: 0 });
    expect(await move({ advanceMs: 73 * HOUR_MS })).toEqual({ status: 200, told: { now: '2026-03-04T01:00:00.000Z', aheadMs: 73 * HOUR_MS } });
    expect((await move({ to: '2026-03-05T00:00:00Z' })).told).toEqual({ now: '2026-03-05T00:00:00.000Z', aheadMs: 96 * HOUR_MS });
    expect(clock.now()).toBe(Date.UTC(2026, 2, 5));
  });

  it.each([[{ advanceMs: -1 }, 'forward'], [{ to: '2026-02-01T00:00:00Z' }, 'forward'], [{ advanceMs: '1 h' }, 'advanceMs'], [{ hours: 3 }, 'advanceMs'], [{ advanceMs: 1, hours: 3 }, 'advanceMs'], [{ to: 'soon' }, 'advanceMs'], [{ advanceMs: 1e15 }, 'ten years']])(
    'refuses %j in words, and stands', async (wanted, word) => {
      expect(await move(wanted)).toEqual({ status: 400, told: { error: expect.stringContaining(word) } });
      expect(await shown()).toMatchObject({ aheadMs: 0 });
    });

  it('has what became due happen at once, the earliest first, and the rest not', async () => {
    const done: string[] = [];
    const start = clock.now();
    clock.at(start + 2 * HOUR_MS, () => void done.push('second'));
    clock.at(start + HOUR_MS, () => void done.push('first'));
    clock.at(start + 60 * 24 * HOUR_MS, () => void done.push('in two months'));
    const leave = clock.at(start + HOUR_MS, () => void done.push('left'));
    leave();
    const paused = clock.pause(2.5 * HOUR_MS, new AbortController().signal).then(() => done.push('paused'));
    await move({ advanceMs: 3 * HOUR_MS });
    await paused;
    expect(done).toEqual(['first', 'second', 'paused']);
  });

  it('ends a pause when whoever waits is told to stop', async () => {
    const stopping = new AbortController();
    const paused = clock.pause(HOUR_MS, stopping.signal);
    stopping.abort();
    await paused;
    await clock.pause(HOUR_MS, stopping.signal);
  });
});

it('a clock is as far ahead after a restart', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'clock-'));
  const first = openClock({ name: 'bookshop', stateDir });
  first.advance(HOUR_MS);
  first.advance(HOUR_MS);
  first.close();
  const again = openClock({ name: 'bookshop', stateDir });
  expect(again.ahead()).toBe(2 * HOUR_MS);
  again.close();
  rmSync(stateDir, { recursive: true });
});
