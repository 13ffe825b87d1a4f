import { seconds, settableClock } from '@order-mesh/kernel';
import { createMetrics, type Full } from '@order-mesh/platform';
import { openAdmission, type Ticket } from './admission.ts';

function door({ mostOpen = 10, mostOpenBytes = 1_000_000 } = {}) {
  const clock = settableClock(1_000_000_000);
  const state: { full: Full | null } = { full: null };
  const metrics = createMetrics({ processMetrics: false });
  const admit = openAdmission({ mostOpen, mostOpenBytes, congestion: { now: () => state.full }, clock, metrics });
  const enter = (bytes = 1_000): Ticket => {
    const admitted = admit(bytes);
    if (admitted.type === 'refused') throw new Error(admitted.why);
    return admitted.ticket;
  };
  const refusal = (bytes = 1_000) => {
    const admitted = admit(bytes);
    return admitted.type === 'refused' ? admitted : null;
  };
  return { clock, state, metrics, enter, refusal };
}

const times = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

describe('the door for orders', () => {
  it('lets in as many as it has places, and the next when one is free', () => {
    const { enter, refusal } = door({ mostOpen: 10 });
    const tickets = times(10).map(() => enter());
    expect(refusal()?.why).toBe('10 orders are being taken, about 5 a second');
    tickets[0]?.letGo();
    expect(refusal()).toBeNull();
    expect(refusal()).not.toBeNull();
  });

  it('keeps a place until both the request and the order are done with', () => {
    const { enter, refusal } = door({ mostOpen: 1 });
    const ticket = enter();
    ticket.hold();
    ticket.letGo();
    expect(refusal()).not.toBeNull();
    ticket.letGo();
    expect(refusal()).toBeNull();
  });

  it('counts bytes too, and takes one order of any size when it is alone', () => {
    const { enter, refusal } = door({ mostOpenBytes: 1_000_000 });
    const large = enter(2_000_000);
    expect(refusal()?.why).toBe('orders of 2 MB are being taken, about 5 a second');
    large.letGo();
    expect(refusal()).toBeNull();
  });

  it('tells each refused one when its turn is, at the pace at which orders get through when there are many', () => {
    const { clock, enter, refusal } = door({ mostOpen: 200 });
    // a quiet day before says nothing about what is possible
    enter().letGo();
    clock.advance(seconds(20));
    const inside = times(200).map(() => enter());
    // 100 a second
    for (const _ of times(500)) {
      clock.advance(10);
      inside.shift()?.letGo();
      inside.push(enter());
    }
    const waits = times(1_000).map(() => refusal()?.retryAfterSeconds ?? 0);
    // half of those inside take a second, then comes one every hundredth of a second
    expect(waits[0]).toBe(1);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(10);
    expect(waits.at(-1)).toBeLessThanOrEqual(12);
    expect([...waits].sort((one, other) => one - other)).toEqual(waits);
  });

  it('does not take few orders for a slow pace: the first refused ones of a burst come again soon', () => {
    const { clock, enter, refusal } = door({ mostOpen: 1_000 });
    for (const _ of times(10)) {
      enter().letGo();
      clock.advance(seconds(1));
    }
    times(1_000).forEach(() => { enter(); });
    expect(refusal()?.retryAfterSeconds).toBe(1);
  });

  it('asks nobody to wait for more than a minute, and for no less than a second', () => {
    const { refusal, state } = door();
    state.full = { reason: 'u8 is slow', freeIn: 1, perSecond: 100 };
    expect(refusal()).toEqual({ type: 'refused', why: 'u8 is slow', retryAfterSeconds: 1 });
    state.full = { reason: 'u8 is slow', freeIn: seconds(3_600), perSecond: 1 };
    expect(refusal()?.retryAfterSeconds).toBe(60);
    state.full = null;
    expect(refusal()).toBeNull();
  });

  it('is shown', async () => {
    const { enter, metrics } = door();
    enter(500);
    expect(await metrics.text()).toMatch(/mesh_gateway_open_orders 1\n[\s\S]*mesh_gateway_open_bytes 500/);
  });
});
