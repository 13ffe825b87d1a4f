import { hours } from '@order-mesh/kernel';
import type { CallResult, PartnerOperation } from './call.ts';
import { carrier, open, settled } from './desk.fixture.ts';
import { memoryCallLedger } from './memory-ledger.ts';

/** A partner that takes two requests to do one thing; the process stands still between them. */
function slowWitted(standStill: () => void) {
  const requests: string[] = [];
  const plan: PartnerOperation<{ readonly city: string }, string> = {
    async perform(_calls, signal): Promise<readonly CallResult<string>[]> {
      for (const request of ['look', 'do']) {
        if (signal.aborted) throw signal.reason;
        requests.push(request);
        await Promise.resolve().then(standStill);
      }
      return [{ type: 'answered', answer: 'done' }];
    },
    inquire: async () => ({ type: 'unknown', detail: 'not now' }),
  };
  return { plan, requests };
}

describe('an effect that may be repeated', () => {
  it('is made again when its outcome is unknown, and cannot be withdrawn any more', async () => {
    const { plan, mishaps, book, ...partner } = carrier();
    const { ask, desk, submit, tick, clock, ended, stop } = await open({}, { ...partner, mishaps, book, plan: { kind: 'repeatable', perform: (calls, signal) => plan.perform(calls, signal) } });
    mishaps.push('lose the answer', 'be away');
    await ask('A1');
    await settled();
    clock.advance(1_000);
    await tick();
    expect(await submit((unit) => desk.withdraw(unit, ['plan/A1']))).toEqual([]);
    clock.advance(1_000);
    await tick();
    expect([book, partner.inquiries()]).toEqual([['plan/A1', 'plan/A1'], 0]);
    expect(ended).toEqual([expect.objectContaining({ outcome: { type: 'answered', answer: 'SF-A1' } })]);
    await stop();
  });
});

describe('calls that go together', () => {
  it('are taken up in such numbers that they fill their batches', async () => {
    const sizes: number[] = [];
    const plan: PartnerOperation<{ readonly city: string }, string> = {
      kind: 'repeatable', batchSize: 10,
      async perform(calls) {
        sizes.push(calls.length);
        return calls.map(() => ({ type: 'answered', answer: 'done' }));
      },
    };
    const { ask, tick, ended, stop } = await open({ concurrency: 1 }, { ...carrier(), plan });
    await ask(...Array.from({ length: 45 }, (_, index) => `A${index}`));
    for (let turn = 0; ended.length < 45 && turn < 20; turn += 1) await tick();
    expect([sizes, ended.length]).toEqual([[10, 10, 10, 10, 5], 45]);
    await stop();
  });
});

describe('a process that stood still', () => {
  it('begins no request of a call whose lease has run out meanwhile', async () => {
    let still = (): void => {};
    const partner = slowWitted(() => still());
    const { ask, clock, ended, stop } = await open({}, { ...carrier(), plan: partner.plan });
    still = () => clock.advance(6_001);
    await ask('A1');
    await settled();
    expect(partner.requests).toEqual(['look']);
    expect(ended).toEqual([]);
    await stop();
  });

  it('goes on with one that is still its own', async () => {
    const partner = slowWitted(() => {});
    const { ask, ended, stop } = await open({}, { ...carrier(), plan: partner.plan });
    await ask('A1');
    await settled();
    expect([partner.requests, ended.length]).toEqual([['look', 'do'], 1]);
    await stop();
  });
});

describe('the desk', () => {
  it('makes a call once and tells how it ended once, however often it is asked', async () => {
    const { ask, tick, book, ended, stop } = await open();
    await ask('A1', 'A1');
    await ask('A1');
    await settled();
    await tick();
    expect(book).toEqual(['plan/A1']);
    expect(ended).toEqual([expect.objectContaining({ key: 'plan/A1', outcome: { type: 'answered', answer: 'SF-A1' } })]);
    await stop();
  });

  it('asks the partner what became of a call whose answer was lost, and does not repeat it', async () => {
    const { ask, tick, clock, book, ended, mishaps, inquiries, stop } = await open();
    mishaps.push('lose the answer');
    await ask('A1');
    await settled();
    clock.advance(1_000);
    await tick();
    expect([book, inquiries()]).toEqual([['plan/A1'], 1]);
    expect(ended[0]?.outcome).toEqual({ type: 'answered', answer: 'SF-A1' });
    await stop();
  });

  it('tries again without inquiring when nobody was there', async () => {
    const { ask, tick, clock, book, ended, mishaps, inquiries, stop } = await open();
    mishaps.push('be away');
    await ask('A1');
    await settled();
    clock.advance(1_000);
    await tick();
    expect([book, inquiries(), ended.length]).toEqual([['plan/A1'], 0, 1]);
    await stop();
  });

  it('takes a no for an answer', async () => {
    const { ask, book, ended, mishaps, stop } = await open();
    mishaps.push('say no');
    await ask('A1');
    await settled();
    expect([book, ended[0]?.outcome]).toEqual([[], { type: 'refused', reason: 'not-served', detail: 'no' }]);
    await stop();
  });

  it('ends an attempt after its time and inquires', async () => {
    const { ask, tick, clock, book, ended, mishaps, stop } = await open({ timeoutMs: 5 });
    mishaps.push('hang');
    await ask('A1');
    await settled();
    clock.advance(1_000);
    await tick();
    expect([book, ended[0]?.outcome.type]).toEqual([['plan/A1'], 'answered']);
    await stop();
  });

  it('gives up after an hour of nobody there, sure that nothing was done', async () => {
    const { ask, tick, clock, ended, mishaps, stop } = await open();
    mishaps.push('be away');
    await ask('A1');
    await settled();
    clock.advance(hours(1));
    await tick();
    expect(ended[0]?.outcome).toEqual({ type: 'failed', detail: 'not carried out in time', surelyNotDone: true });
    await stop();
  });

  it('takes back a call that was not made, and makes it never', async () => {
    const { ask, tick, clock, desk, submit, book, ended, mishaps, stop } = await open();
    mishaps.push('be away');
    await ask('A1');
    await settled();
    expect(await submit((unit) => desk.withdraw(unit, ['plan/A1', 'plan/A2']))).toEqual(['plan/A1']);
    clock.advance(1_000);
    await tick();
    await ask('A1');
    await tick();
    expect([book, ended]).toEqual([[], []]);
    await stop();
  });

  it('stops calling a partner in trouble after ten failures in a row, and keeps the rest of the calls', async () => {
    const { ask, tick, book, ended, mishaps, stop } = await open({ concurrency: 1 });
    mishaps.push(...Array.from({ length: 50 }, () => 'be away' as const));
    await ask(...Array.from({ length: 40 }, (_, at) => `A${at}`));
    for (let turn = 0; turn < 40; turn += 1) await tick();
    expect(50 - mishaps.length).toBe(10);
    expect([book, ended]).toEqual([[], []]);
    await stop();
  });

  it('goes on, in another process, with a call whose process was killed, and does not repeat it', async () => {
    const [partner, ledger] = [carrier(), memoryCallLedger()];
    const killed = await open({ timeoutMs: 300 }, partner, ledger);
    partner.mishaps.push('hang');
    await killed.ask('A1');
    await settled();
    const heir = await open({}, partner, ledger);
    heir.clock.advance(5_000);
    await heir.tick();
    expect([partner.inquiries(), heir.ended]).toEqual([0, []]);
    heir.clock.advance(1_000);
    await heir.tick();
    expect([partner.book, partner.inquiries()]).toEqual([['plan/A1'], 1]);
    expect(heir.ended[0]?.outcome).toEqual({ type: 'answered', answer: 'SF-A1' });
    await heir.stop();
    await killed.stop();
    expect(killed.ended).toEqual([]);
  });

  it('keeps a call that takes long, so that nobody else takes it up', async () => {
    const [partner, ledger] = [carrier(), memoryCallLedger()];
    const slow = await open({ timeoutMs: 800 }, partner, ledger);
    partner.mishaps.push('hang');
    await slow.ask('A1');
    const other = await open({}, partner, ledger);
    for (let second = 0; second < 9; second += 1) {
      slow.clock.advance(1_000);
      other.clock.advance(1_000);
      await slow.tick();
      await other.tick();
    }
    expect(partner.inquiries()).toBe(0);
    await other.stop();
    await slow.stop();
  });

  it('begins no call any more once it is told to stop, and leaves it to the next process', async () => {
    const [partner, ledger] = [carrier(), memoryCallLedger()];
    const ending = await open({ timeoutMs: 50, concurrency: 1 }, partner, ledger);
    partner.mishaps.push('hang');
    await ending.ask('A1');
    await settled();
    const stopped = ending.stop();
    await ending.ask('A2');
    await stopped;
    expect(partner.book).toEqual(['plan/A1']);
    const heir = await open({}, partner, ledger);
    heir.clock.advance(10_000);
    await heir.tick();
    expect(heir.ended.map(({ key }) => key).sort()).toEqual(['plan/A1', 'plan/A2']);
    await heir.stop();
  });

  it('is not put off by refusals', async () => {
    const { ask, tick, ended, mishaps, stop } = await open();
    mishaps.push(...Array.from({ length: 30 }, () => 'say no' as const));
    await ask(...Array.from({ length: 31 }, (_, at) => `A${at}`));
    for (let turn = 0; turn < 5; turn += 1) await tick();
    expect(ended.length).toBe(31);
    expect(ended.filter(({ outcome }) => outcome.type === 'answered').length).toBe(1);
    await stop();
  });
});
