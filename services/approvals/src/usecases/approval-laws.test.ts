import fc from 'fast-check';
import { approvalsDesk } from '../../test/scene.ts';
import { order, ORDERS, play, QUESTIONS, step } from '../../test/story.ts';

describe('laws of approvals', () => {
  it('a question is never both granted and denied by a person or the clock', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (story) => {
      const sent = await play(story, approvalsDesk());
      for (const approvalId of QUESTIONS) {
        const answers = sent.flatMap((message) => {
          if (message.type === 'ApprovalGranted' && message.value.approvalId === approvalId) return ['granted'];
          return message.type === 'ApprovalDenied' && message.value.approvalId === approvalId && message.value.reason !== 'withdrawn' ? [message.value.reason] : [];
        });
        expect(new Set(answers).size).toBeLessThanOrEqual(1);
      }
    }));
  });

  it('every question is put to a person once, and answered or withdrawn in the end', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (story) => {
      const desk = approvalsDesk();
      const sent = await play([...story, { do: 'wait', hours: 30 }], desk);
      const asked = sent.flatMap(({ type, value }) => (type === 'ApprovalRequested' ? [value.approvalId] : []));
      expect(new Set(asked).size).toBe(asked.length);
      for (const orderId of ORDERS) expect((await desk.tasksOf(orderId)).filter(({ status }) => status === 'open')).toEqual([]);
    }));
  });

  it('people are reminded of a question once, the next role is asked once, and nobody after it was closed', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (story) => {
      const sent = await play([...story, { do: 'wait', hours: 30 }], approvalsDesk());
      for (const question of QUESTIONS) {
        const about = sent.flatMap((message) => ('approvalId' in message.value && message.value.approvalId === question ? [message.type] : []));
        for (const type of ['ApprovalReminded', 'ApprovalEscalated'] as const) expect(about.filter((one) => one === type).length).toBeLessThanOrEqual(1);
        const closed = about.findIndex((type) => type === 'ApprovalGranted' || type === 'ApprovalDenied');
        expect(closed === -1 ? [] : about.slice(closed).filter((type) => type === 'ApprovalReminded' || type === 'ApprovalEscalated')).toEqual([]);
      }
    }));
  });

  it('nothing is granted after it was withdrawn, nor what was asked before that', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), order, fc.constantFrom(0, 1), async (story, orderId, revision) => {
      const before = await play(story, approvalsDesk());
      const after = await play([...story, { do: 'withdraw', orderId, revision: 1 }, { do: 'request', orderId, revision }, { do: 'decide', orderId, decision: 'granted', revision }], approvalsDesk());
      const news = after.slice(before.length);
      expect(news.filter(({ type }) => type === 'ApprovalGranted')).toEqual([]);
    }));
  });
});
