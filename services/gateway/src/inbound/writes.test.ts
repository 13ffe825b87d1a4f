import { seconds, settableClock } from '@order-mesh/kernel';
import type { Submit } from '@order-mesh/platform';
import { desk } from '../../test/scene.ts';
import { answerOnce } from '../usecases/answer-once.ts';
import { cancelOrder } from '../usecases/cancel-order.ts';
import { decideApprovals } from '../usecases/decide-approvals.ts';
import { placeOrders } from '../usecases/place-orders.ts';
import { traceFrom, writesOf } from './writes.ts';

const request = { orderId: 'O1', reason: 'x', requestedBy: 'x', requestId: 'r', trace: {} };

function counter(submit: Submit = (work) => work(desk().unit(0)), answerWithin = seconds(15)) {
  const { ports } = desk();
  const clock = settableClock(0);
  const state: { why: string | null } = { why: null };
  const writes = writesOf({ submit, obstacle: () => state.why, clock, answerWithin, placeOrders: placeOrders(ports), cancelOrder: cancelOrder(ports), decideApprovals: decideApprovals({ ...ports, hasDirectory: false }), once: answerOnce(ports, answerWithin) });
  return { clock, state, cancel: () => writes.cancel(request) };
}

describe('the counter for writes', () => {
  it('waits out what stands in the way for less than two seconds, and refuses at once after that', async () => {
    const { clock, state, cancel } = counter();
    state.why = 'the broker does not take messages';
    expect(await cancel()).toEqual({ type: 'unknown' });
    clock.advance(1_999);
    expect(await cancel()).toEqual({ type: 'unknown' });
    clock.advance(1);
    await expect(cancel()).rejects.toMatchObject({ code: 'NOT_RUNNING', advice: 'the broker does not take messages; nothing was done, try again in a few seconds' });
    state.why = null;
    expect(await cancel()).toEqual({ type: 'unknown' });
    state.why = 'again';
    expect(await cancel()).toEqual({ type: 'unknown' });
  });

  it('lets nobody wait without end', async () => {
    await expect(counter(() => new Promise(() => {}), 10).cancel()).rejects.toMatchObject({ code: 'TIMED_OUT' });
  });
});

describe('a trace', () => {
  it('is continued when it is one', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    expect(traceFrom(traceparent)).toEqual({ traceparent });
    for (const other of [undefined, '', 'x', `${traceparent}\n`]) expect(traceFrom(other)).toEqual({});
  });
});
