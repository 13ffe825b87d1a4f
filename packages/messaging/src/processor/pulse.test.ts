import { seconds, settableClock } from '@order-mesh/kernel';
import { Pulse } from './pulse.ts';

function pulse() {
  const clock = settableClock(1_000_000);
  return { clock, pulse: new Pulse(clock) };
}

describe('the pulse of a processor', () => {
  it('is well between batches, however long it waits for one', () => {
    const { clock, pulse: it } = pulse();
    it.begins();
    it.succeeded();
    it.ended();
    clock.advance(seconds(3_600));
    expect(it.obstacle()).toBeNull();
  });

  it('tells of a batch that nobody answers to from its fifth second on', () => {
    const { clock, pulse: it } = pulse();
    it.begins();
    clock.advance(seconds(5) - 1);
    expect(it.obstacle()).toBeNull();
    clock.advance(1);
    expect(it.obstacle()).toBe('the database has not answered to a batch for 5 s');
  });

  it('tells of trouble at once, and until a batch succeeds', () => {
    const { clock, pulse: it } = pulse();
    for (const _ of [1, 2]) {
      it.begins();
      it.ended();
      it.failed();
      clock.advance(seconds(3));
    }
    expect(it.obstacle()).toBe('the database has taken no batch for 6 s');
    it.begins();
    it.succeeded();
    it.ended();
    expect(it.obstacle()).toBeNull();
  });
});
