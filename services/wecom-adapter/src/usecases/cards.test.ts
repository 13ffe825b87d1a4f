import fc from 'fast-check';
import { hours, seconds } from '@order-mesh/kernel';
import { alert as alertPoint, hashOf, writeRuleSet } from '@order-mesh/rules';
import { caseClosed, caseOpened, decided, denied, escalated, granted, ignored, NOON, notShown, numberOf, partner, pending, reminded, requested, shortage, shown, withdrawn, wecomDesk } from '../../test/scene.ts';

const SP = numberOf('A1');
const types = (sent: readonly { readonly type: string }[]) => sent.map(({ type }) => type);

describe('cards of approval tasks', () => {
  it('puts a task before the people of its region, once', async () => {
    const desk = wecomDesk();
    await desk.events(requested('A1'), requested('A1'), requested('A2', { region: '浙江省' }));
    await desk.events(requested('A1'));
    expect(desk.newlyAsked()).toEqual(['apply A1:credit of ZhangWei|LiNa', 'apply A2:credit of WangFang']);
  });

  it('puts a task before those whom its keeper names, and not before the one who applies', async () => {
    const desk = wecomDesk();
    await desk.events(requested('A1', { deciders: ['wecom:ChenJie', '王总', 'wecom:MeshBot'] }), requested('A2', { deciders: ['王总'] }));
    expect(desk.newlyAsked()).toEqual(['apply A1:credit of ChenJie']);
    expect(await desk.statusOf('A2')).toBe('unshown');
  });

  it('applies for nothing that nobody can decide any more, and not for what its own batch settles', async () => {
    const desk = wecomDesk();
    await desk.events(requested('A1', { deadline: NOON }), requested('A2'), granted('A2', 'Li Lei'), requested('A3'), withdrawn('A3'));
    expect(desk.newlyAsked()).toEqual([]);
    expect([await desk.statusOf('A1'), await desk.statusOf('A2'), await desk.statusOf('A3')]).toEqual(['', 'settled', 'settled']);
  });

  it('proposes a decision of an approver, and tells nobody when it counts', async () => {
    const desk = wecomDesk();
    await desk.events(requested('A1'));
    await desk.answers(shown('A1'));
    const sent = await desk.answers(decided('A1', 'LiNa'), decided('A1', 'LiNa'));
    expect(sent).toEqual([{ type: 'DecideApproval', value: { orderId: 'A1', approvalId: 'A1:credit', decision: 'granted', decidedBy: 'wecom:LiNa', comment: '同意', decidedAt: NOON } }]);
    await desk.events(granted('A1', 'wecom:LiNa'));
    expect(types(await desk.answers(decided('A1', 'LiNa')))).toEqual([]);
    expect(desk.newlyTold()).toEqual([]);
  });

  it('tells the approvers of a decision made elsewhere, and whoever decides after it', async () => {
    const desk = wecomDesk();
    await desk.events(requested('A1'));
    await desk.answers(shown('A1'));
    await desk.events(denied('A1'));
    expect(types(await desk.answers(decided('A1', 'LiNa')))).toEqual([]);
    expect(desk.newlyTold()).toEqual([`settled/${SP} to ZhangWei|LiNa`, `late/${SP}/LiNa to LiNa`]);
  });

  it('tells the loser of a race once approvals has said who won', async () => {
    const desk = wecomDesk();
    await desk.events(requested('A1'));
    await desk.answers(shown('A1'));
    expect(types(await desk.answers(decided('A1', 'LiNa')))).toEqual(['DecideApproval']);
    await desk.events(granted('A1', 'Li Lei'), ignored('A1', 'wecom:LiNa'));
    expect(desk.newlyTold()).toEqual([`late/${SP}/LiNa to LiNa`]);
  });

  it('takes back an application that has not been answered when the task is settled, and tells of a card that comes all the same', async () => {
    const desk = wecomDesk();
    await desk.events(requested('A1'));
    await desk.events(withdrawn('A1'));
    expect(desk.newlyAsked()).toEqual(['apply A1:credit of ZhangWei|LiNa', 'recall A1:credit']);
    await desk.answers(shown('A1'));
    expect(desk.newlyTold()).toEqual([`settled/${SP} to ZhangWei|LiNa`]);
  });

  it('alerts those who look after the mesh of a card that WeCom does not take', async () => {
    const desk = wecomDesk();
    await desk.events(requested('A1'));
    await desk.answers(notShown('A1'));
    await desk.alert();
    expect(desk.newlyTold()).toEqual(['订单平台提醒（1 项）\n1. 审批单未能发出，订单 A1（任务 A1:credit）请在订单平台决定：301025']);
  });

  it('asks how a card stands when a callback names it, once a callback, and every minute without any', async () => {
    const desk = wecomDesk();
    await desk.events(requested('A1'));
    await desk.answers(shown('A1'));
    desk.newlyAsked();
    await desk.callback(SP, 's1');
    await desk.callback(SP, 's1');
    await desk.callback('1', 's2');
    expect(desk.newlyAsked()).toEqual([`read/${SP}/s1`, 'read/1/s2']);
    await desk.check();
    desk.setNow(NOON + seconds(60));
    await desk.check();
    await desk.check();
    expect(desk.newlyAsked()).toEqual([`read/${SP}`]);
    await desk.answers(decided('A1', 'LiNa'));
    desk.setNow(NOON + hours(1));
    await desk.check();
    expect(desk.newlyAsked()).toEqual([]);
  });

  it('reminds those who may decide, once, and nobody once it is decided', async () => {
    const desk = wecomDesk();
    await desk.events(requested('A1'), requested('A2'));
    await desk.answers(shown('A1'), shown('A2'), decided('A2', 'LiNa'));
    await desk.events(reminded('A1'), reminded('A2'), reminded('A9'));
    expect(desk.newlyTold()).toEqual(['reminded/A1:credit to ZhangWei|LiNa']);
    await desk.events(granted('A1', 'Li Lei'));
    desk.newlyTold();
    await desk.events(reminded('A1'));
    expect(desk.newlyTold()).toEqual([]);
  });

  it('puts a card of their own before those a task is escalated to, and takes what is decided on either', async () => {
    const desk = wecomDesk();
    await desk.events(requested('A1'));
    await desk.answers(shown('A1'));
    await desk.events(escalated('A1'), escalated('A1'));
    expect(desk.newlyAsked()).toEqual(['apply A1:credit of ZhangWei|LiNa', 'apply again A1:credit of ChenJie']);
    expect(desk.newlyTold().at(-1)).toBe('escalated/A1:credit to ZhangWei|LiNa|ChenJie');
    await desk.answers(pending('A1', '999'));
    desk.setNow(NOON + seconds(60));
    await desk.check();
    expect(desk.newlyAsked()).toEqual([`read/${SP}`, 'read/999']);
    expect(await desk.answers(decided('A1', 'ChenJie', 'granted', '999'))).toMatchObject([{ type: 'DecideApproval', value: { decidedBy: 'wecom:ChenJie' } }]);
    await desk.events(granted('A1', 'wecom:ChenJie'));
    expect(desk.newlyTold()).toEqual([`settled/${SP} to ZhangWei|LiNa|ChenJie`]);
  });

  it('escalates nothing that its own batch settles, and tells when nobody is named for the next role', async () => {
    const desk = wecomDesk();
    await desk.events(requested('A1'), requested('A2'));
    await desk.answers(shown('A1'), shown('A2'));
    await desk.events(escalated('A1'), granted('A1', 'Li Lei'), escalated('A2', 'nobody'));
    expect(desk.newlyAsked()).toEqual(['apply A1:credit of ZhangWei|LiNa', 'apply A2:credit of ZhangWei|LiNa']);
    await desk.alert();
    expect(desk.newlyTold().at(-1)).toContain('nobody 在企业微信中无人可决定');
  });

  it('passes over what it is shown of a task that is not ours', async () => {
    const desk = wecomDesk();
    expect(await desk.answers(decided('Z9', 'LiNa'), pending('Z9'))).toEqual([]);
    expect(await desk.statusOf('Z9')).toBe('');
  });
});

describe('alerts', () => {
  it('tells each case once, all of them in one message', async () => {
    const desk = wecomDesk();
    await desk.news(caseOpened('A1'), caseOpened('A1'), caseOpened('A2'));
    await desk.alert();
    await desk.news(caseOpened('A1'));
    await desk.alert();
    const told = desk.newlyTold();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/（2 项）\n1\. 【待人工处理】订单 A1：.*\n2\. 【待人工处理】订单 A2：/);
  });

  it('tells a case again that is opened again, none that was closed meanwhile, and no history', async () => {
    const desk = wecomDesk();
    await desk.news(caseOpened('A1'));
    await desk.alert();
    desk.newlyTold();
    await desk.news(caseOpened('A1', { opening: 2 }), caseOpened('A2'), caseClosed('A2'), caseOpened('A3', { at: NOON - hours(24) }));
    await desk.alert();
    expect(desk.newlyTold().join()).toMatch(/^订单平台提醒（1 项）\n1\. 【待人工处理】订单 A1/);
  });
});

it('tells of a partner that is away, and again when it is back', async () => {
  const desk = wecomDesk();
  await desk.news(partner('away'), partner('away'), partner('well', NOON + seconds(60)));
  await desk.alert();
  expect(desk.newlyTold()).toEqual(['订单平台提醒（2 项）\n1. 【外部系统】2026-06-01 12:00 erp-adapter 无法使用 u8（HTTP 503），7 个请求在等待\n2. 【外部系统】2026-06-01 12:01 erp-adapter 已恢复使用 u8']);
});

describe('laws of cards', () => {
  const step = fc.constantFrom('request', 'shown', 'not-shown', 'grant', 'deny', 'withdraw', 'ignore', 'pending', 'LiNa', 'ZhangWei', 'WangFang');
  type Desk = ReturnType<typeof wecomDesk>;
  const play = (desk: Desk, one: string) => {
    switch (one) {
      case 'request': return desk.events(requested('A1'));
      case 'shown': return desk.answers(shown('A1'));
      case 'not-shown': return desk.answers(notShown('A1'));
      case 'grant': return desk.events(granted('A1', 'Li Lei'));
      case 'deny': return desk.events(denied('A1'));
      case 'withdraw': return desk.events(withdrawn('A1'));
      case 'ignore': return desk.events(ignored('A1', 'wecom:LiNa'));
      case 'pending': return desk.answers(pending('A1'));
      default: return desk.answers(decided('A1', one));
    }
  };

  it('applies once and proposes at most one decision, never one of a stranger, never after the task is settled', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (story) => {
      const desk = wecomDesk();
      const proposed: string[] = [];
      for (const one of story) {
        const isSettled = (await desk.statusOf('A1')) === 'settled';
        const sent = await play(desk, one);
        if (isSettled) expect(sent).toEqual([]);
        proposed.push(...sent.flatMap((message) => (message.type === 'DecideApproval' ? [message.value.decidedBy] : [])));
      }
      expect(desk.newlyAsked().filter((asked) => asked.startsWith('apply')).length).toBeLessThanOrEqual(1);
      expect(proposed.length).toBeLessThanOrEqual(1);
      expect(proposed).not.toContain('wecom:WangFang');
    }));
  });

  it('tells everyone whose decision on a settled task came to nothing', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 20 }), fc.constantFrom('LiNa', 'ZhangWei'), async (story, decider) => {
      const desk = wecomDesk();
      await desk.events(requested('A1'));
      for (const one of story.filter((name) => name !== 'LiNa' && name !== 'ZhangWei')) await play(desk, one);
      await desk.events(granted('A1', 'Li Lei'));
      await desk.answers(decided('A1', decider));
      expect(desk.newlyTold()).toContain(`late/${SP}/${decider} to ${decider}`);
    }));
  });
});

describe('who is told', () => {
  const ROLES = new Map([['purchasing', ['SunLi']], ['sales-director', ['ChenJie']], ['finance', ['HeYan']]]);

  it('tells purchasing of stock that is short, with a copy to the sales director, once for each order that made it so', async () => {
    const desk = wecomDesk(ROLES);
    await desk.news(shortage('P1'), shortage('P1'));
    await desk.alert();
    await desk.news(shortage('P1'));
    await desk.alert();
    expect(desk.newlyTold()).toEqual([
      'SunLi: 订单平台提醒（采购部，1 项）\n1. 【补货建议】P1（仓库 W1）可用 5，安全库存 20，建议采购 40', 'ChenJie: 订单平台提醒（销售总监，1 项）\n1. 【补货建议】P1（仓库 W1）可用 5，安全库存 20，建议采购 40',
    ]);
  });

  it('tells those who look after the mesh what is for a role that nobody is set up for, once', async () => {
    const desk = wecomDesk();
    await desk.news(shortage('P1'));
    await desk.alert();
    expect(desk.newlyTold()).toEqual(['订单平台提醒（1 项）\n1. 【补货建议】P1（仓库 W1）可用 5，安全库存 20，建议采购 40']);
  });

  it('tells nobody what rules say is not told, and does not ask them again', async () => {
    const desk = wecomDesk();
    await desk.news(shortage('P1', { suggested: 0 }));
    await desk.alert();
    expect(desk.newlyTold()).toEqual([]);
  });

  it('tells the sales director, too, of goods that are on their way', async () => {
    const desk = wecomDesk(ROLES);
    await desk.news(caseOpened('A1'));
    await desk.alert();
    expect(desk.newlyTold().map((text) => text.split('\n')[0])).toEqual(['订单平台提醒（1 项）', 'ChenJie: 订单平台提醒（销售总监，1 项）']);
  });

  it('follows rules that are published meanwhile, for what comes after them', async () => {
    const desk = wecomDesk(ROLES);
    await desk.news(shortage('P1'));
    const set = { point: alertPoint.name, rules: [{ id: 'all-to-finance', title: '都发给财务部', owner: 'finance', reason: '试运行', from: null, until: null, counts: 'now', when: {}, then: { isSent: true, to: 'finance', copyTo: 'none' }, tests: [] }] } as const;
    await desk.learn({ point: set.point, version: 1, content: writeRuleSet(set), hash: hashOf(set), changeId: 'c1', author: 'Li Na', approvedBy: 'Han Meimei', reason: '试运行', at: NOON });
    await desk.news(shortage('P2'), partner('away'));
    await desk.alert();
    expect(desk.newlyTold().map((text) => [text.split(':')[0], text.match(/P\d|u8/g)?.join()])).toEqual([['HeYan', 'u8,P2'], ['SunLi', 'P1'], ['ChenJie', 'P1']]);
  });
});
