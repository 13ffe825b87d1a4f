import { jest } from '@jest/globals';
import { minutes } from '@order-mesh/kernel';
import type { Accepted, CallResult, Fetched, Inquiry, PartnerEffect, PendingCall } from './call.ts';
import { carrier, open } from './desk.fixture.ts';
import { memoryCallLedger } from './memory-ledger.ts';

beforeEach(() => { jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'], now: 0 }); });
afterEach(() => { jest.useRealTimers(); });

type Desk = Awaited<ReturnType<typeof open>>;
type City = { readonly city: string };

async function started(...given: Parameters<typeof open>): Promise<Desk> {
  const opening = open(...given);
  await jest.advanceTimersByTimeAsync(20);
  return opening;
}

async function pass(desk: Desk, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 250) {
    desk.clock.advance(250);
    if (left % 1_000 === 0) void desk.tick();
    await jest.advanceTimersByTimeAsync(250);
  }
}

async function stopped(...desks: readonly Desk[]): Promise<void> {
  const stopping = Promise.all(desks.map((desk) => desk.stop()));
  await jest.advanceTimersByTimeAsync(4_000);
  await stopping;
}

/** A partner that takes calls and tells results later: when `done`, or never when it has lost them. */
function slow() {
  const heard: string[] = [];
  const mood = { done: false, lost: false };
  const plan: PartnerEffect<City, string> = {
    async perform([call]: readonly PendingCall<City>[]): Promise<readonly (CallResult<string> | Accepted)[]> {
      heard.push('perform');
      return [{ type: 'accepted', receipt: `R-${call?.orderId}`, within: minutes(2) }];
    },
    async fetch(call, receipt): Promise<Fetched<string>> {
      heard.push(`fetch ${receipt}`);
      if (mood.lost) return { type: 'forgotten' };
      return mood.done ? { type: 'answered', answer: `SF-${call.orderId}` } : { type: 'accepted', receipt, within: minutes(2) };
    },
    async inquire(call): Promise<Inquiry<string>> {
      heard.push('inquire');
      return { type: 'answered', answer: `SF-${call.orderId}` };
    },
  };
  return { ...carrier(), plan, heard, mood };
}

const answered = [expect.objectContaining({ outcome: { type: 'answered', answer: 'SF-A1' } })];
const count = (heard: readonly string[], what: string) => heard.filter((one) => one.startsWith(what)).length;

describe('a result that is told later', () => {
  it('is asked for ever more seldom, and settles the call once', async () => {
    const partner = slow();
    const desk = await started({}, partner);
    await desk.ask('A1');
    await pass(desk, 60_000);
    expect([desk.ended, count(partner.heard, 'perform'), count(partner.heard, 'inquire')]).toEqual([[], 1, 0]);
    expect(count(partner.heard, 'fetch R-A1')).toBeGreaterThan(4);
    expect(count(partner.heard, 'fetch R-A1')).toBeLessThan(12);
    partner.mood.done = true;
    await pass(desk, 40_000);
    expect(desk.ended).toEqual(answered);
    await stopped(desk);
  });

  it('is asked for by whoever follows a killed process, and the call is not made again', async () => {
    const [partner, ledger] = [slow(), memoryCallLedger()];
    const killed = await started({}, partner, ledger);
    await killed.ask('A1');
    await pass(killed, 1_000);
    const heir = await started({}, partner, ledger);
    partner.mood.done = true;
    heir.clock.advance(60_000);
    await pass(heir, 5_000);
    expect([heir.ended, count(partner.heard, 'perform'), count(partner.heard, 'inquire')]).toEqual([answered, 1, 0]);
    await stopped(heir, killed);
  });

  it('is not waited for beyond its deadline: then the call is inquired about', async () => {
    const partner = slow();
    const desk = await started({}, partner);
    await desk.ask('A1');
    await pass(desk, minutes(2) - 5_000);
    expect([desk.ended, count(partner.heard, 'inquire')]).toEqual([[], 0]);
    await pass(desk, 10_000);
    expect([desk.ended, count(partner.heard, 'inquire'), count(partner.heard, 'perform')]).toEqual([answered, 1, 1]);
    await stopped(desk);
  });

  it('is inquired about at once when the partner has forgotten it', async () => {
    const partner = slow();
    partner.mood.lost = true;
    const desk = await started({}, partner);
    await desk.ask('A1');
    await pass(desk, 3_000);
    expect([desk.ended, partner.heard]).toEqual([answered, ['perform', 'fetch R-A1', 'inquire']]);
    await stopped(desk);
  });

  it('keeps a call from being taken back', async () => {
    const desk = await started({}, slow());
    await desk.ask('A1');
    await pass(desk, 1_000);
    expect(await desk.submit((unit) => desk.desk.withdraw(unit, ['plan/A1']))).toEqual([]);
    await stopped(desk);
  });
});
