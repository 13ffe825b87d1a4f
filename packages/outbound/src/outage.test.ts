import { jest } from '@jest/globals';
import type { Outgoing } from '@order-mesh/messaging';
import { carrier, open } from './desk.fixture.ts';
import { memoryCallLedger } from './memory-ledger.ts';

const orders = (count: number, from = 0): readonly string[] => Array.from({ length: count }, (_, at) => `A${from + at}`);
const away = (count: number) => Array.from({ length: count }, () => 'be away' as const);
const changes = (sent: readonly Outgoing[]) => sent.filter(({ type }) => type === 'PartnerStateChanged').map(({ value }) => value);

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

async function inTrouble(limits = {}, partner = carrier(), ledger = memoryCallLedger()): Promise<Desk> {
  const desk = await started({ concurrency: 4, perSecond: 100, ...limits }, partner, ledger);
  partner.mishaps.push(...away(1_000));
  await desk.ask(...orders(40));
  await pass(desk, 3_000);
  return desk;
}

describe('a partner that is away', () => {
  it('is said to be once, with what went wrong and how many calls wait', async () => {
    const desk = await inTrouble();
    expect(changes(desk.sent)).toEqual([expect.objectContaining({ system: 'carrier', service: 'logistics', state: 'away', detail: 'connect', callsWaiting: 40 })]);
    await pass(desk, 30_000);
    expect(changes(desk.sent)).toHaveLength(1);
    await stopped(desk);
  });

  it('is tried with one call at a time, and the rest waits', async () => {
    const desk = await inTrouble();
    const tried = 1_000 - desk.mishaps.length;
    await pass(desk, 20_000);
    expect(1_000 - desk.mishaps.length - tried).toBeLessThanOrEqual(4);
    expect(desk.ended).toEqual([]);
    await stopped(desk);
  });

  it('gets one call first when it is back, then ever more, and is said to be well', async () => {
    const desk = await inTrouble({ concurrency: 50 });
    await desk.ask(...orders(400, 40));
    desk.mishaps.length = 0;
    const made: number[] = [];
    for (let second = 0; second < 12; second += 1) {
      const before = desk.book.length;
      await pass(desk, 1_000);
      made.push(desk.book.length - before);
    }
    const back = made.findIndex((count) => count > 0);
    expect(made[back]).toBeLessThanOrEqual(12);
    expect(made[back + 2]).toBeLessThanOrEqual(16);
    expect(made[back + 6]).toBeGreaterThan(15);
    expect(changes(desk.sent)).toEqual([expect.objectContaining({ state: 'away' }), expect.objectContaining({ state: 'well', detail: '' })]);
    await pass(desk, 12_000);
    expect([desk.book.length, new Set(desk.book).size, desk.ended.length]).toEqual([440, 440, 440]);
    await stopped(desk);
  });

  it('is said to be away by one of several processes, and well by whichever reaches it', async () => {
    const [partner, ledger] = [carrier(), memoryCallLedger()];
    const killed = await inTrouble({}, partner, ledger);
    const heir = await started({}, partner, ledger);
    heir.clock.advance(10_000);
    await pass(heir, 2_000);
    expect(changes(heir.sent)).toEqual([]);
    partner.mishaps.length = 0;
    await pass(heir, 12_000);
    expect(changes([...killed.sent, ...heir.sent])).toEqual([expect.objectContaining({ state: 'away' }), expect.objectContaining({ state: 'well' })]);
    expect(partner.book).toHaveLength(40);
    await stopped(heir, killed);
  });
});

describe('a partner that a person has paused', () => {
  it('gets no call until it is resumed, then goes on slowly, and nothing is lost', async () => {
    const ledger = memoryCallLedger();
    let pausedBy: string | null = null;
    const desk = await started({ concurrency: 50, perSecond: 100 }, carrier(), {
      ...ledger,
      look: async (atMost, now) => {
        const { standing, ...rest } = await ledger.look(atMost, now);
        return { ...rest, standing: standing && { ...standing, pausedBy } };
      },
    });
    pausedBy = '李娜';
    await pass(desk, 2_000);
    await desk.ask(...orders(100));
    await pass(desk, 20_000);
    expect([desk.book, desk.ended, changes(desk.sent)]).toEqual([[], [], []]);
    pausedBy = null;
    await pass(desk, 2_000);
    expect(desk.book.length).toBeGreaterThan(0);
    expect(desk.book.length).toBeLessThan(30);
    await pass(desk, 20_000);
    expect([desk.book.length, desk.ended.length]).toEqual([100, 100]);
    await stopped(desk);
  });
});

async function stopped(...desks: readonly Desk[]): Promise<void> {
  const stopping = Promise.all(desks.map((desk) => desk.stop()));
  await jest.advanceTimersByTimeAsync(4_000);
  await stopping;
}
