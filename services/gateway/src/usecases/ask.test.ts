import { desk, story, type Told } from '../../test/scene.ts';
import { reachOf, type Caller } from '../domain/caller.ts';
import { cancelOrder } from './cancel-order.ts';
import { decideApprovals } from './decide-approvals.ts';
import { forgetKeys } from './forget-keys.ts';
import { projectMessages } from './project-messages.ts';

const manager: Caller = { kind: 'person', name: '李经理', roles: ['regional_manager'], customers: [], regions: ['华东'] };

async function after(...types: readonly Told[]) {
  const { ports, sent, unit } = desk();
  await projectMessages(ports)(story(...types), unit(5_000));
  const asking = { requestId: 'r1', trace: {} };
  return {
    cancel: (orderId = 'O1') => cancelOrder(ports)({ orderId, reason: 'ordered twice', requestedBy: '王芳', ...asking }, unit(6_000)),
    decideAs: (decider: Caller, hasDirectory = false) =>
      decideApprovals({ ...ports, hasDirectory })([{ approvalId: 'O1:credit', decision: 'granted' as const, decidedBy: decider.name, decider, reach: reachOf(decider), comment: '', ...asking }], unit(6_000)),
    decide: async (now = 6_000, ...approvalIds: readonly string[]) => {
      const requests = (approvalIds.length === 0 ? ['O1:credit'] : approvalIds).map((approvalId) => ({ approvalId, decision: 'granted' as const, decidedBy: '李经理', decider: manager, reach: reachOf(manager), comment: '', ...asking }));
      return decideApprovals({ ...ports, hasDirectory: false })(requests, unit(now));
    },
    sent: () => sent.map(({ message }) => message),
  };
}

describe('cancelling an order', () => {
  it('asks for it to be undone', async () => {
    const { cancel, sent } = await after('OrderPlaced', 'HoldCredit');
    expect(await cancel()).toMatchObject({ type: 'asked', order: { status: 'running' } });
    expect(sent()).toEqual([{ type: 'CancelRequested', value: { orderId: 'O1', reason: 'ordered twice', requestedBy: '王芳', requestedAt: 6_000 } }]);
  });

  it('asks nothing of one that is being undone', async () => {
    const { cancel, sent } = await after('OrderPlaced', 'LockStock', 'StockRefused', 'ReleaseCredit');
    expect(await cancel()).toMatchObject({ type: 'asked', order: { status: 'undoing' } });
    expect(sent()).toEqual([]);
  });

  it('refuses one that has ended, or that nobody knows', async () => {
    const { cancel, sent } = await after('OrderPlaced', 'OrderConfirmed');
    expect(await cancel()).toMatchObject({ type: 'ended', order: { status: 'confirmed' } });
    expect(await cancel('O2')).toEqual({ type: 'unknown' });
    expect(sent()).toEqual([]);
  });
});

describe('deciding', () => {
  it('carries the decision to whoever keeps the task', async () => {
    const { decide, sent } = await after('ApprovalRequested');
    expect(await decide()).toMatchObject([{ type: 'asked', approval: { status: 'open' } }]);
    expect(sent()).toEqual([{ type: 'DecideApproval', value: { orderId: 'O1', approvalId: 'O1:credit', decision: 'granted', decidedBy: '李经理', comment: '', decidedAt: 6_000 } }]);
  });

  it('is refused once somebody has decided, once the deadline has passed, and for a task nobody knows', async () => {
    expect(await (await after('ApprovalRequested', 'ApprovalDenied')).decide()).toMatchObject([{ type: 'closed', why: 'the task was denied before' }]);
    const { decide, sent } = await after('ApprovalRequested');
    expect(await decide(9_000_001)).toMatchObject([{ type: 'closed' }]);
    expect(await decide(6_000, 'O2:credit')).toEqual([{ type: 'unknown' }]);
    expect(sent()).toEqual([]);
  });
});

describe('who decides', () => {
  const managerOf = (region: string): Caller => ({ ...manager, regions: [region] });

  it('is whoever looks after the region; a task of another region is not known', async () => {
    const { decideAs } = await after('ApprovalRequested');
    expect(await decideAs(managerOf('华北'))).toEqual([{ type: 'unknown' }]);
    expect(await decideAs(managerOf('华东'))).toMatchObject([{ type: 'asked' }]);
  });

  it('has the role that is asked, unless a directory of people says who may; a director may always', async () => {
    const { decideAs } = await after('ApprovalRequested');
    const accountant: Caller = { ...manager, name: '赵敏', roles: ['finance'] };
    expect(await decideAs(accountant)).toMatchObject([{ type: 'not-theirs', because: 'forbidden', why: 'regional-manager has to decide, and you are none' }]);
    expect(await decideAs(accountant, true)).toMatchObject([{ type: 'asked' }]);
    expect(await decideAs({ ...manager, name: '王芳', roles: ['sales_director'] })).toMatchObject([{ type: 'asked' }]);
  });
});

describe('deciding on many tasks', () => {
  it('answers each by itself, in their order', async () => {
    const { decide, sent } = await after('ApprovalRequested');
    expect((await decide(6_000, 'O9:credit', 'O1:credit', '')).map(({ type }) => type)).toEqual(['unknown', 'asked', 'unknown']);
    expect(sent()).toHaveLength(1);
  });
});

describe('forgetting keys', () => {
  it('keeps them for as long as promised, and says when there are more', async () => {
    const { ports, unit } = desk();
    const { tx } = unit(0);
    const answers = Array.from({ length: 1_200 }, (_, index) => ({ key: `k${index}`, bodyDigest: 'x', answer: null }));
    await ports.keys.keep(tx, answers, 1_000);
    const forget = forgetKeys(ports, 7_000);
    expect(await forget(unit(8_000))).toBe(false);
    expect([await forget(unit(8_001)), await forget(unit(8_001))]).toEqual([true, false]);
    expect((await ports.keys.take(tx, answers.map(({ key }) => key))).size).toBe(0);
  });
});
