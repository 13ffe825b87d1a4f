import fc from 'fast-check';
import { desk, heard, story } from '../../test/scene.ts';
import { projectMessages, type AboutOrder } from './project-messages.ts';

async function shownAfter(...batches: readonly (readonly AboutOrder[])[]) {
  const { ports, views, unit } = desk();
  for (const batch of batches) await projectMessages(ports)(batch, unit(9_000));
  return { orders: views.orders, approvals: views.approvals, entries: new Map([...views.entries].sort(([one], [other]) => (one < other ? -1 : 1))), recorded: views.recorded };
}

const appeal = story('OrderPlaced', 'HoldCredit', 'CreditRefused', 'RequestApproval', 'ApprovalRequested', 'CancelRequested', 'WithdrawApproval', 'ApprovalWithdrawn', 'ReleaseCredit', 'CreditReleased', 'OrderCancelled', 'OrderRecorded');

describe('projecting', () => {
  it('shows the same whatever the order of messages, their batches and their repetitions', async () => {
    const expected = await shownAfter(appeal);
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray([...appeal, ...appeal], { minLength: appeal.length * 2 }), fc.array(fc.nat({ max: 23 })), async (mixed, cuts) => {
      const edges = [0, ...cuts, mixed.length].sort((one, other) => one - other);
      expect(await shownAfter(...edges.slice(1).map((end, index) => mixed.slice(edges[index], end)))).toEqual(expected);
    }), { numRuns: 100 });
    expect(expected.approvals.get('O1:credit')).toMatchObject({ withdrawn: true, decision: null });
    expect(expected.entries.size).toBe(12);
  });

  it('leaves open what is asked after an amendment, whatever was taken back before', async () => {
    const again = { approvalId: 'O1:credit:1', revision: 1 };
    const messages = [heard('ApprovalRequested'), heard('ApprovalWithdrawn', { id: 'w' }), heard('ApprovalRequested', { id: 'a', value: again })];
    for (const order of [messages, messages.toReversed()]) {
      const { approvals } = await shownAfter(...order.map((message) => [message]));
      expect([...approvals.values()].map(({ approvalId, withdrawn }) => [approvalId, withdrawn]).sort()).toEqual([['O1:credit', true], ['O1:credit:1', false]]);
    }
    const { approvals } = await shownAfter([...messages, heard('ApprovalWithdrawn', { id: 'x', value: { revision: 1 } })]);
    expect(approvals.get('O1:credit:1')).toMatchObject({ withdrawn: true });
  });

  it('keeps the orders of a batch apart', async () => {
    const { orders } = await shownAfter([heard('OrderPlaced'), heard('OrderPlaced', { key: 'O2', id: 'x', value: { orderId: 'O2', customerId: 'C2' } })]);
    expect([...orders.values()].map(({ orderId, placement }) => `${orderId} ${placement?.customerId}`)).toEqual(['O1 C1', 'O2 C2']);
  });

  it('leaves out what has an endless key, and nothing beside it', async () => {
    const { orders } = await shownAfter([heard('OrderPlaced', { key: 'x'.repeat(201) }), heard('OrderPlaced', { key: 'a\0', id: 'y' }), heard('OrderPlaced')]);
    expect([...orders.keys()]).toEqual(['a\uFFFD', 'O1']);
  });
});
