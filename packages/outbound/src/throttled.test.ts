import { jest } from '@jest/globals';
import { hours, seconds } from '@order-mesh/kernel';
import type { CallResult, PartnerOperation } from './call.ts';
import { carrier, open } from './desk.fixture.ts';
import { memoryCallLedger } from './memory-ledger.ts';

const orders = (name: string, count: number): readonly string[] => Array.from({ length: count }, (_, at) => `${name}${at}`);

beforeEach(() => { jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'], now: 0 }); });
afterEach(() => { jest.useRealTimers(); });

type Desk = Awaited<ReturnType<typeof open>>;

async function started(...given: Parameters<typeof open>): Promise<Desk> {
  const opening = open(...given);
  await jest.advanceTimersByTimeAsync(20);
  return opening;
}

/** Lets so many milliseconds pass, for the clock of the process and for its timers, looking every second. */
async function pass(desk: Desk, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 50) {
    desk.clock.advance(50);
    if (left % 1_000 === 0) void desk.tick();
    await jest.advanceTimersByTimeAsync(50);
  }
}

async function stopped(...desks: readonly Desk[]): Promise<void> {
  const stopping = Promise.all(desks.map((desk) => desk.stop()));
  await jest.advanceTimersByTimeAsync(4_000);
  await stopping;
}

/** A partner that answers 429 to the ledgers named, and asks to be left alone for half a minute. */
function partner({ retryAfter = seconds(30) } = {}) {
  const tooFast = new Set<string>();
  const made: string[] = [];
  const turnedAway: string[] = [];
  const plan: PartnerOperation<{ readonly city: string }, string> = {
    kind: 'repeatable',
    async perform([call]): Promise<readonly CallResult<string>[]> {
      if (call && tooFast.has(call.ledger)) {
        turnedAway.push(call.ledger);
        return [{ type: 'unavailable', detail: 'HTTP 429', retryAfter }];
      }
      made.push(call?.orderId ?? '');
      return [{ type: 'answered', answer: 'done' }];
    },
  };
  return { ...carrier(), plan, tooFast, made, turnedAway };
}

/** A partner that bears so many calls a second and answers 429 to the others, and asks to be left alone for a second. */
function bearing(perSecond: number) {
  const turnedAway: number[] = [];
  const made: number[] = [];
  const plan: PartnerOperation<{ readonly city: string }, string> = {
    kind: 'repeatable',
    async perform(): Promise<readonly CallResult<string>[]> {
      const now = Date.now();
      if (made.filter((at) => at > now - 1_000).length >= perSecond) {
        turnedAway.push(now);
        return [{ type: 'unavailable', detail: 'HTTP 429', retryAfter: seconds(1) }];
      }
      made.push(now);
      return [{ type: 'answered', answer: 'done' }];
    },
  };
  return { ...carrier(), plan, made, turnedAway };
}

describe('a burst of one ledger', () => {
  it('delays the call of another by no more than what is under way', async () => {
    const one = partner();
    const desk = await started({ concurrency: 2, perSecond: 20 }, one);
    await desk.askFor('A', ...orders('A', 2_000));
    await pass(desk, 3_000);
    const before = one.made.length;
    await desk.askFor('B', 'B0');
    await pass(desk, 1_000);
    expect(before).toBeGreaterThan(20);
    expect(one.made.indexOf('B0') - before).toBeLessThanOrEqual(6);
    await stopped(desk);
  });

  it('goes at the rate of its ledger, and the others use what is left of the system', async () => {
    const one = partner();
    const desk = await started({ perSecond: 100, ledgerPerSecond: 10 }, one);
    await desk.askFor('A', ...orders('A', 500));
    await desk.askFor('B', ...orders('B', 10));
    await pass(desk, 4_000);
    const of = (name: string) => one.made.filter((orderId) => orderId.startsWith(name)).length;
    expect(of('B')).toBe(10);
    expect(of('A')).toBeGreaterThanOrEqual(40);
    expect(of('A')).toBeLessThanOrEqual(52);
    await stopped(desk);
  });

  it('is worked off at the rate of the system when no other ledger has any', async () => {
    const one = partner();
    const desk = await started({ perSecond: 100 }, one);
    await desk.askFor('A', ...orders('A', 1_000));
    await pass(desk, 5_000);
    expect(one.made.length).toBeGreaterThan(500);
    await stopped(desk);
  });
});

describe('a ledger that the partner answers 429', () => {
  it('waits as long as it was told, and the others go on', async () => {
    const one = partner();
    one.tooFast.add('A');
    const desk = await started({ concurrency: 2, perSecond: 100 }, one);
    await desk.askFor('A', ...orders('A', 200));
    await desk.askFor('B', ...orders('B', 100));
    await pass(desk, 10_000);
    expect([one.made.length, new Set(one.made.map((orderId) => orderId[0]))]).toEqual([100, new Set(['B'])]);
    expect(one.turnedAway.length).toBeLessThanOrEqual(2);
    one.tooFast.clear();
    await pass(desk, 10_000);
    expect(one.made).toHaveLength(100);
    await pass(desk, 40_000);
    expect([one.made.length, new Set(one.made).size, desk.ended.length]).toEqual([300, 300, 300]);
    expect(desk.sent).toEqual([]);
    await stopped(desk);
  });

  it('is soon called about as often as the partner bears, and seldom turned away', async () => {
    const one = bearing(10);
    const desk = await started({ concurrency: 8, perSecond: 100 }, one);
    await desk.askFor('A', ...orders('A', 1_000));
    await pass(desk, 60_000);
    expect(one.made.length).toBeGreaterThan(300);
    expect(one.turnedAway.length).toBeLessThan(40);
    await stopped(desk);
  });

  it('has its calls given up at their deadline all the same', async () => {
    const one = partner({ retryAfter: hours(3) });
    one.tooFast.add('A');
    const desk = await started({ concurrency: 2, perSecond: 100 }, one);
    await desk.askFor('A', 'A0');
    await pass(desk, 1_000);
    await desk.askFor('A', ...orders('A1', 50));
    desk.clock.advance(hours(1));
    await pass(desk, 5_000);
    expect([desk.ended.length, new Set(desk.ended.map(({ outcome }) => outcome.type)), one.turnedAway]).toEqual([51, new Set(['failed']), ['A']]);
    await stopped(desk);
  });

  it('is left alone by every process within a second', async () => {
    const [one, ledger] = [partner(), memoryCallLedger()];
    const first = await started({ perSecond: 100 }, one, ledger);
    const second = await started({ perSecond: 100 }, one, ledger);
    one.tooFast.add('A');
    await first.askFor('A', 'A0');
    await pass(first, 1_000);
    await pass(second, 2_000);
    await second.askFor('A', 'A1');
    await pass(second, 20_000);
    expect(one.turnedAway).toEqual(['A']);
    await stopped(first, second);
  });

  it('is a partner in trouble when it happens to many', async () => {
    const one = partner();
    const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O'];
    for (const name of names) one.tooFast.add(name);
    const desk = await started({ concurrency: 1, perSecond: 100 }, one);
    for (const name of names) await desk.askFor(name, `${name}0`);
    await pass(desk, 3_000);
    expect(desk.sent).toEqual([expect.objectContaining({ type: 'PartnerStateChanged', value: expect.objectContaining({ state: 'away', detail: 'HTTP 429' }) })]);
    await stopped(desk);
  });
});
