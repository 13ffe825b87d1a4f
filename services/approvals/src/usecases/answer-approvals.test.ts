import { fen, hours } from '@order-mesh/kernel';
import type { Directory } from '../domain/people.ts';
import { approvalsDesk, DEADLINE, decide, delegate, denied, endDelegation, granted, ignored, inMemory, NOON, request, requested, rules, withdraw, withdrawn } from '../../test/scene.ts';

const types = (sent: readonly { readonly type: string }[]) => sent.map(({ type }) => type);
const EXPIRED = 'regional-manager did not decide by 2026-06-02 12:00 Beijing time';

describe('asking a person', () => {
  it('puts one task on the table, named after the order and the subject', async () => {
    const desk = approvalsDesk();
    expect(await desk.commands(request('O1'))).toEqual([requested('O1')]);
    expect(await desk.tasksOf('O1')).toMatchObject([{ approvalId: 'O1:credit', status: 'open' }]);
  });

  it('stays silent when the same is asked again before anybody decided', async () => {
    const desk = approvalsDesk();
    await desk.commands(request('O1'));
    expect(await desk.commands(request('O1'), request('O1'))).toEqual([]);
    expect(await desk.tasksOf('O1')).toHaveLength(1);
  });

  it('gives the same answer again when the same is asked after the decision', async () => {
    const desk = approvalsDesk();
    await desk.commands(request('O1'), request('O2'), decide('O1', 'granted'), decide('O2', 'denied'));
    expect(await desk.commands(request('O1'), request('O2'))).toEqual([granted('O1'), denied('O2', 'denied', 'denied by Li Lei: good customer')]);
  });

  it('has those decide, in the time, whom the rules in force name, and keeps and tells by which rule', async () => {
    const desk = approvalsDesk();
    const sent = await desk.commands(request('O1', { amount: fen(50_000_001n), region: '江苏', withinWorkingHours: 3 }), request('O2', { amount: fen(50_000_000n), region: '江苏' }));
    expect(sent).toMatchObject([
      { value: { role: 'sales-director', deadline: DEADLINE, decisions: [{ point: 'approval-flow', rule: 'credit-large', said: '{"role":"sales-director","within":9}' }] } },
      { value: { role: 'regional-manager', deadline: DEADLINE, decisions: [] } },
    ]);
    expect(await desk.tasksOf('O1')).toMatchObject([{ role: 'sales-director', record: { rule: 'credit-large', facts: { subject: 'credit', amount: 50_000_001 } } }]);
    expect(await desk.tasksOf('O2')).toMatchObject([{ record: { rule: null } }]);
  });

  it('keeps questions about different subjects of one order apart', async () => {
    const desk = approvalsDesk();
    await desk.commands(request('O1'), request('O1', { subject: 'discount' }), decide('O1', 'granted'));
    expect((await desk.tasksOf('O1')).map(({ approvalId, status }) => [approvalId, status])).toEqual(
      expect.arrayContaining([['O1:credit', 'granted'], ['O1:discount', 'open']]));
  });
});

describe('deciding', () => {
  it('grants or denies, each with the name of who decided', async () => {
    const desk = approvalsDesk();
    await desk.commands(request('O1'), request('O2'));
    expect(await desk.commands(decide('O1', 'granted'), decide('O2', 'denied', { comment: '' }))).toEqual([
      granted('O1'), denied('O2', 'denied', 'denied by Li Lei'),
    ]);
  });

  it('ignores a second decision, whatever it says', async () => {
    const desk = approvalsDesk();
    await desk.commands(request('O1'), decide('O1', 'granted'));
    expect(ignored(await desk.commands(decide('O1', 'denied'), decide('O1', 'granted')))).toEqual(['already-granted', 'already-granted']);
    expect(await desk.commands(request('O1'))).toEqual([granted('O1')]);
  });

  it('ignores decisions on tasks it does not know, of another order, or in words it does not know', async () => {
    const desk = approvalsDesk();
    await desk.commands(request('O1'), request('O2'));
    const sent = await desk.commands(decide('O9', 'granted'), decide('O1', 'granted', { approvalId: 'O2:credit' }), decide('O1', 'maybe'));
    expect(ignored(sent)).toEqual(['unknown-task', 'unknown-task', 'unknown-decision']);
    expect(sent).toHaveLength(3);
  });

  it('lets a decision count that was made at the deadline and heard after it, while the task is open', async () => {
    const desk = approvalsDesk();
    await desk.commands(request('O1'));
    desk.setNow(DEADLINE + 60_000);
    expect(await desk.commands(decide('O1', 'granted', { decidedAt: DEADLINE }))).toEqual([granted('O1')]);
  });

  it('closes a task as expired when the decision was made too late', async () => {
    const desk = approvalsDesk();
    await desk.commands(request('O1'));
    expect(await desk.commands(decide('O1', 'granted', { decidedAt: DEADLINE + 1 }))).toEqual([
      denied('O1', 'expired', EXPIRED),
      { type: 'DecisionIgnored', value: { orderId: 'O1', approvalId: 'O1:credit', decidedBy: 'Li Lei', reason: 'too-late',
        detail: 'decided 2026-06-02 12:00 Beijing time, after the deadline 2026-06-02 12:00 Beijing time' } },
    ]);
    expect(await desk.press()).toEqual([]);
  });
});

describe('who may decide', () => {
  const people: Directory = [
    { name: 'Li Na', aliases: ['wecom:LiNa'], roles: ['regional-manager'], regions: ['East'], upTo: fen(500_000n) },
    { name: 'Han Meimei', aliases: [], roles: ['sales-director'], regions: [], upTo: null },
  ];

  it('is told with the question, and only they settle it', async () => {
    const desk = approvalsDesk(inMemory(), { people });
    expect(await desk.commands(request('O1'))).toEqual([{ ...requested('O1'), value: { ...requested('O1').value, deciders: ['wecom:LiNa'] } }]);
    expect(await desk.commands(decide('O1', 'granted'))).toEqual([{
      type: 'DecisionIgnored', value: { orderId: 'O1', approvalId: 'O1:credit', decidedBy: 'Li Lei', reason: 'not-allowed', detail: 'Li Lei is not in the directory of people' },
    }]);
    expect(ignored(await desk.commands(decide('O1', 'granted', { decidedBy: 'Han Meimei' })))).toEqual(['not-allowed']);
    expect(await desk.commands(decide('O1', 'granted', { decidedBy: 'wecom:LiNa 李娜' }))).toMatchObject([{ type: 'ApprovalGranted', value: { decidedBy: 'wecom:LiNa 李娜' } }]);
  });

  it('grows when the task is escalated', async () => {
    const desk = approvalsDesk(inMemory(), { people });
    await desk.commands(request('O1'));
    desk.setNow(NOON + hours(20));
    expect(await desk.press()).toMatchObject([{ type: 'ApprovalEscalated', value: { escalatedTo: 'sales-director', deciders: ['wecom:LiNa', 'Han Meimei'] } }]);
    expect(await desk.commands(decide('O1', 'granted', { decidedBy: 'Han Meimei' }))).toMatchObject([{ type: 'ApprovalGranted' }]);
  });

  it('passes to a deputy while somebody is away, and both are named', async () => {
    const desk = approvalsDesk(inMemory(), { people });
    expect(await desk.delegations(delegate('D1'), delegate('D1'))).toMatchObject([{ type: 'DelegationChanged', value: { state: 'standing', revision: 1 } }, { value: { state: 'standing', revision: 1 } }]);
    await desk.commands(request('O1'), request('O2'), request('O3'));
    expect(await desk.commands(decide('O1', 'granted', { decidedBy: 'Han Meimei' }), decide('O2', 'denied', { decidedBy: 'Han Meimei' }))).toMatchObject([
      { type: 'ApprovalGranted', value: { decidedBy: 'Han Meimei', onBehalfOf: 'Li Na' } }, { type: 'ApprovalDenied', value: { detail: 'denied by Han Meimei for Li Na: good customer' } },
    ]);
    expect(await desk.delegations(endDelegation('D1', NOON + 5), endDelegation('D9'))).toMatchObject([{ type: 'DelegationChanged', value: { state: 'ended', revision: 2, until: NOON + 5 } }]);
    expect(ignored(await desk.commands(decide('O3', 'granted', { decidedBy: 'Han Meimei', decidedAt: NOON + 5 })))).toEqual(['not-allowed']);
    expect(await desk.commands(decide('O3', 'granted', { decidedBy: 'Han Meimei', decidedAt: NOON + 4 }))).toMatchObject([{ type: 'ApprovalGranted', value: { onBehalfOf: 'Li Na' } }]);
  });

  it('is nobody on an own request, whatever name it was asked and decided in', async () => {
    const desk = approvalsDesk(inMemory(), { people });
    expect(await desk.commands(request('O1', { requestedBy: 'wecom:LiNa' }))).toMatchObject([{ type: 'ApprovalRequested', value: { requestedBy: 'Li Na', deciders: [] } }]);
    expect(await desk.commands(decide('O1', 'granted', { decidedBy: 'Li Na' }))).toMatchObject([{ type: 'DecisionIgnored', value: { reason: 'own-request', detail: 'it is the request of Li Na: somebody else has to decide' } }]);
    const open = approvalsDesk();
    await open.commands(request('O1', { requestedBy: 'Li Lei' }));
    expect(ignored(await open.commands(decide('O1', 'granted')))).toEqual(['own-request']);
    expect(await open.commands(decide('O1', 'granted', { decidedBy: 'Li Na' }))).toMatchObject([{ type: 'ApprovalGranted' }]);
  });

  it('tells why it does not pass', async () => {
    const desk = approvalsDesk(inMemory(), { people });
    expect(await desk.delegations(delegate('D1', { deputy: 'nobody' }))).toMatchObject([{ type: 'DelegationChanged', value: { state: 'refused', detail: 'nobody is not in the directory of people' } }]);
  });

  it('a decision of somebody else changes nothing, even after the deadline', async () => {
    const desk = approvalsDesk(inMemory(), { people });
    await desk.commands(request('O1'));
    expect(ignored(await desk.commands(decide('O1', 'granted', { decidedAt: DEADLINE + 1 })))).toEqual(['not-allowed']);
    expect(await desk.tasksOf('O1')).toMatchObject([{ status: 'open' }]);
  });
});

describe('deadlines', () => {
  it('counts working hours from the ask on, where that is asked', async () => {
    const desk = approvalsDesk();
    const sent = await desk.commands(request('O1', { withinWorkingHours: 9 }), request('O2', { withinWorkingHours: 126 }), request('O3', { withinWorkingHours: -1 }));
    expect(sent.map((message) => (message.type === 'ApprovalRequested' ? new Date(message.value.deadline).toISOString() : message.type))).toEqual([
      // fourteen working days are from Monday noon to Friday noon of the third week, and that Friday is a holiday
      '2026-06-02T04:00:00.000Z', '2026-06-22T04:00:00.000Z', new Date(DEADLINE).toISOString(),
    ]);
  });

  it('does not move when the same is asked again later', async () => {
    const desk = approvalsDesk();
    await desk.commands(request('O1', { withinWorkingHours: 9 }));
    const [before] = await desk.tasksOf('O1');
    await desk.commands({ ...request('O1', { withinWorkingHours: 9 }), at: NOON + hours(1) });
    expect(await desk.tasksOf('O1')).toEqual([before]);
  });

  it('lets the refusal stand at the deadline, not a moment before, and says so once', async () => {
    const desk = approvalsDesk();
    await desk.commands(request('O1'));
    desk.setNow(DEADLINE - 1);
    expect(types(await desk.press())).toEqual(['ApprovalEscalated']);
    desk.setNow(DEADLINE);
    const both = EXPIRED.replace('regional-manager', 'regional-manager and sales-director');
    expect(await desk.press()).toEqual([denied('O1', 'expired', both)]);
    expect(await desk.press()).toEqual([]);
    expect(ignored(await desk.commands(decide('O1', 'granted')))).toEqual(['already-expired']);
    expect(await desk.commands(request('O1'))).toEqual([denied('O1', 'expired', both)]);
  });

  it('reminds after half of the time, and asks the next role as well after three quarters, each once', async () => {
    const desk = approvalsDesk();
    await desk.commands(request('O1'));
    desk.setNow(NOON + hours(12) - 1);
    expect(await desk.press()).toEqual([]);
    desk.setNow(NOON + hours(12));
    expect(await desk.press()).toEqual([{ type: 'ApprovalReminded', value: { orderId: 'O1', approvalId: 'O1:credit', role: 'regional-manager', deadline: DEADLINE, revision: 0 } }]);
    expect(await desk.press()).toEqual([]);
    desk.setNow(NOON + hours(18));
    expect(await desk.press()).toEqual([{ type: 'ApprovalEscalated', value: { ...requested('O1').value, escalatedTo: 'sales-director' } }]);
    expect(await desk.press()).toEqual([]);
    expect(await desk.commands(decide('O1', 'granted'))).toEqual([granted('O1')]);
  });

  it('counts those times in working hours, too', async () => {
    const desk = approvalsDesk();
    // Monday noon: half of eighteen working hours have passed on Tuesday noon, three quarters on Tuesday 16:30
    await desk.commands(request('O1', { withinWorkingHours: 18 }));
    expect(await desk.tasksOf('O1')).toMatchObject([{ remindAt: NOON + hours(24), escalation: { at: NOON + hours(28.5), to: 'sales-director' }, deadline: NOON + hours(48) }]);
  });

  it('reminds of nothing and escalates nothing where the business wants none, or there is no next role', async () => {
    const desk = approvalsDesk(inMemory(), { rules: { ...rules, remindAfterPercent: 0 } });
    await desk.commands(request('O1', { role: 'sales-director' }));
    desk.setNow(DEADLINE - 1);
    expect(await desk.press()).toEqual([]);
  });

  it('leaves decided and withdrawn tasks alone', async () => {
    const desk = approvalsDesk();
    await desk.commands(request('O1'), request('O2'), decide('O1', 'granted'), withdraw('O2'));
    desk.setNow(DEADLINE);
    expect(await desk.press()).toEqual([]);
  });

  it('takes the longest overdue first when there are many', async () => {
    const desk = approvalsDesk();
    await desk.commands(request('O1', { deadline: NOON + hours(2) }), request('O2', { deadline: NOON + hours(1) }));
    desk.setNow(DEADLINE);
    expect((await desk.press(1)).map(({ value }) => value)).toMatchObject([{ orderId: 'O2' }]);
    expect((await desk.press(1)).map(({ value }) => value)).toMatchObject([{ orderId: 'O1' }]);
  });
});

describe('withdrawing', () => {
  it('takes the question off the table, twice if asked twice', async () => {
    const desk = approvalsDesk();
    await desk.commands(request('O1'));
    expect(await desk.commands(withdraw('O1'), withdraw('O1'))).toEqual([withdrawn('O1'), withdrawn('O1')]);
    expect(ignored(await desk.commands(decide('O1', 'granted')))).toEqual(['already-withdrawn']);
  });

  it('answers withdrawn for what was never asked, and denies the ask it overtook', async () => {
    const desk = approvalsDesk();
    expect(await desk.commands(withdraw('O1'))).toEqual([withdrawn('O1')]);
    expect(await desk.commands(request('O1'))).toEqual([denied('O1', 'withdrawn', 'the question was taken back; what is undone stays undone')]);
    expect(await desk.tasksOf('O1')).toEqual([]);
  });

  it('lets what is asked after an amendment be decided, and takes it back only by its own revision', async () => {
    const desk = approvalsDesk();
    await desk.commands(request('O1'), withdraw('O1'));
    expect(await desk.commands(request('O1', { revision: 1 }), withdraw('O1'))).toMatchObject([
      { type: 'ApprovalRequested', value: { approvalId: 'O1:credit:1', revision: 1 } }, { type: 'ApprovalWithdrawn', value: { revision: 0 } },
    ]);
    expect(await desk.commands(decide('O1', 'granted', { approvalId: 'O1:credit:1' }))).toMatchObject([{ type: 'ApprovalGranted', value: { approvalId: 'O1:credit:1', revision: 1 } }]);
    expect(await desk.commands(withdraw('O1', 2), request('O1', { revision: 2 }), withdraw('O1'), request('O1', { revision: 1 }))).toMatchObject([
      { type: 'ApprovalWithdrawn', value: { revision: 2 } }, { type: 'ApprovalDenied', value: { reason: 'withdrawn', revision: 2 } },
      { type: 'ApprovalWithdrawn', value: { revision: 0 } }, { type: 'ApprovalDenied', value: { reason: 'withdrawn', revision: 1 } },
    ]);
  });

  it('does not unsay a decision, but what is undone stays undone', async () => {
    const desk = approvalsDesk();
    await desk.commands(request('O1'), decide('O1', 'granted'), withdraw('O1'));
    expect(await desk.tasksOf('O1')).toMatchObject([{ status: 'granted' }]);
    expect(await desk.commands(request('O1'))).toMatchObject([{ type: 'ApprovalDenied', value: { reason: 'withdrawn' } }]);
  });
});
