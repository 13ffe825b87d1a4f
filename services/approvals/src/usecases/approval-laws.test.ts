import fc from 'fast-check';
import { approvalsDesk } from '../../test/scene.ts';
import { order, ORDERS, play, step } from '../../test/story.ts';

describe('laws of approvals', () => {
  it('an order is never both granted and denied by a person or the clock', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (story) => {
      const sent = await play(story, approvalsDesk());
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
      const desk = approvalsDesk();
      const sent = await play([...story, { do: 'wait', hours: 30 }], desk);
      for (const orderId of ORDERS) {
        const asked = sent.filter(({ type, value }) => type === 'ApprovalRequested' && value.orderId === orderId);
        expect(asked.length).toBeLessThanOrEqual(1);
        expect((await desk.tasksOf(orderId)).filter(({ status }) => status === 'open')).toEqual([]);
      }
    }));
  });

  it('nothing is granted after the order was withdrawn', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), order, async (story, orderId) => {
      const before = await play(story, approvalsDesk());
      const after = await play([...story, { do: 'withdraw', orderId }, { do: 'request', orderId }, { do: 'decide', orderId, decision: 'granted' }], approvalsDesk());
      const news = after.slice(before.length);
      expect(news.filter(({ type }) => type === 'ApprovalGranted')).toEqual([]);
    }));
  });
});
