import fc from 'fast-check';
import { hours } from '@order-mesh/kernel';
import { approvalsDesk, decide, NOON, request, withdraw } from '../../test/scene.ts';

const ORDERS = ['O1', 'O2', 'O3'] as const;

const order = fc.constantFrom(...ORDERS);
const step = fc.oneof(
  fc.record({ do: fc.constantFrom('request' as const, 'withdraw' as const), orderId: order }),
  fc.record({ do: fc.constant('decide' as const), orderId: order, decision: fc.constantFrom('granted', 'denied', 'maybe') }),
  fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 30 }) }),
);

/** Plays a story and returns every answer given, in order. */
async function play(story: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[]) {
  const desk = approvalsDesk();
  const sent = [];
  let now = NOON;
  for (const one of story) {
    switch (one.do) {
      case 'request': sent.push(...await desk.commands(request(one.orderId))); break;
      case 'withdraw': sent.push(...await desk.commands(withdraw(one.orderId))); break;
      case 'decide': sent.push(...await desk.commands(decide(one.orderId, one.decision, { decidedAt: now }))); break;
      case 'wait':
        now += hours(one.hours);
        desk.setNow(now);
        sent.push(...await desk.expire());
        break;
    }
  }
  return { desk, sent };
}

describe('laws of approvals', () => {
  it('an order is never both granted and denied by a person or the clock', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (story) => {
      const { sent } = await play(story);
      for (const orderId of ORDERS) {
        const answers = sent.flatMap((message) => {
          if (message.type === 'ApprovalGranted' && message.value.orderId === orderId) return ['granted'];
          return message.type === 'ApprovalDenied' && message.value.orderId === orderId && message.value.reason !== 'withdrawn' ? [message.value.reason] : [];
        });
        expect(new Set(answers).size).toBeLessThanOrEqual(1);
      }
    }));
  });

  it('every question is put to a person once, and answered or withdrawn in the end', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (story) => {
      const { desk, sent } = await play([...story, { do: 'wait', hours: 30 }]);
      for (const orderId of ORDERS) {
        const asked = sent.filter(({ type, value }) => type === 'ApprovalRequested' && value.orderId === orderId);
        expect(asked.length).toBeLessThanOrEqual(1);
        expect((await desk.tasksOf(orderId)).filter(({ status }) => status === 'open')).toEqual([]);
      }
    }));
  });

  it('nothing is granted after the order was withdrawn', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), order, async (story, orderId) => {
      const before = await play(story);
      const after = await play([...story, { do: 'withdraw', orderId }, { do: 'request', orderId }, { do: 'decide', orderId, decision: 'granted' }]);
      const news = after.sent.slice(before.sent.length);
      expect(news.filter(({ type }) => type === 'ApprovalGranted')).toEqual([]);
    }));
  });
});
