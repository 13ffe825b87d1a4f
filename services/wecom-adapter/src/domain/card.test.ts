import { fen, hours } from '@order-mesh/kernel';
import { askFor, noteEscalated, noteIgnored, noteNotShown, noteRead, noteSettled, noteShown, type Card, type Decided } from './card.ts';
import { recordedName } from './notices.ts';
import type { Question, Verdict } from './question.ts';

const NOON = Date.UTC(2026, 5, 1, 4);
const SP = '202606010001';
const OTHER = '202606010002';
const question: Question = { approvalId: 'A1:credit', orderId: 'A1', customerId: 'C1', amount: fen(330_000n), deadline: NOON + hours(24), approvers: ['ZhangWei', 'LiNa'] };
const setup = { checkAt: NOON + 60_000, nameOf: (userid: string) => recordedName(userid, userid === 'ZhangWei' ? '张伟' : undefined) };

const asked: Card = { ...question, otherSpNo: null, status: 'asked' };
const open: Card = { ...question, otherSpNo: null, status: 'open', spNo: SP, checkAt: setup.checkAt };
const byHttp: Verdict = { outcome: 'granted', by: 'Li Lei', detail: '老客户' };

const decided = (decider: string, decision: Decided['decision'] = 'granted'): Decided => ({ decision, decider, comment: '同意', decidedAt: NOON });
const reading = (seen: 'pending' | 'gone' | Decided, spNo = SP) => ({ approvalId: 'A1:credit', spNo, seen });
const late = (decidedBy: string) => ({ decidedBy, reason: 'already-granted', detail: 'the task was granted before' });
const read = (card: Card, seen: 'pending' | 'gone' | Decided, spNo = SP) => noteRead(card, reading(seen, spNo), setup);

describe('the card of a task', () => {
  it('is applied for once', () => {
    expect(askFor(undefined, question)).toEqual({ card: asked, ask: 'apply' });
    expect(askFor(open, question)).toEqual({ card: open });
  });

  it('is not applied for when nobody may decide, and that is told', () => {
    expect(askFor(undefined, { ...question, approvers: [] })).toMatchObject({ card: { status: 'unshown' }, alert: expect.stringContaining('WECOM_APPROVERS') });
  });

  it('proposes what an approver decides on it, once', () => {
    const { card, decide, tell } = read(open, decided('ZhangWei'));
    expect(decide).toEqual({ orderId: 'A1', approvalId: 'A1:credit', decision: 'granted', decidedBy: 'wecom:ZhangWei 张伟', comment: '同意', decidedAt: NOON });
    expect([card.status, tell]).toEqual(['answered', undefined]);
    expect(read(card, decided('ZhangWei'))).toEqual({ card });
  });

  it('proposes nothing that somebody else decided, or a rule of WeCom, and tells the approvers', () => {
    for (const stranger of ['WangFang', '']) {
      const step = read(open, decided(stranger));
      expect(step.decide).toBeUndefined();
      expect(step.card.status).toBe('void');
      expect(step.tell?.to).toEqual(stranger === '' ? ['ZhangWei', 'LiNa'] : ['ZhangWei', 'LiNa', 'WangFang']);
    }
  });

  it('tells the approvers when the task is settled elsewhere, and whoever decides on it after that', () => {
    const { card, tell } = noteSettled(open, byHttp);
    expect(tell).toEqual({
      key: `settled/${SP}`, to: ['ZhangWei', 'LiNa'], text: `审批单 ${SP} 无需再处理：订单 A1（客户 C1，¥3300.00）的放行审批已由 Li Lei 在订单平台 同意（老客户）。在审批单上的操作不再生效。`,
    });
    const late = read(card, decided('LiNa', 'denied'));
    expect(late).toEqual({ card, tell: { key: `late/${SP}/LiNa`, to: ['LiNa'], text: `您在审批单 ${SP} 上的“驳回”未生效：订单 A1（客户 C1，¥3300.00）的放行审批已由 Li Lei 在订单平台 同意（老客户）。` } });
  });

  it('asks nobody to decide a task that is decided, whoever touched its card', () => {
    const { card } = noteSettled(open, byHttp);
    expect(read(card, decided('WangFang'))).toMatchObject({ card, tell: { key: `late/${SP}/WangFang`, to: ['WangFang'] } });
    expect(read(card, decided(''))).toEqual({ card });
    const answered = read(open, decided('ZhangWei')).card;
    expect(read(answered, decided('WangFang'), '202606010002')).toEqual({ card: answered });
  });

  it('tells whoever lost a race, and nobody who won it', () => {
    const answered = read(open, decided('ZhangWei')).card;
    const won = noteSettled(answered, { outcome: 'granted', by: 'wecom:ZhangWei 张伟', detail: '' });
    expect(won.tell).toBeUndefined();
    expect(read(won.card, decided('ZhangWei'))).toEqual({ card: won.card });
    const lost = noteSettled(answered, byHttp);
    expect(lost.tell).toBeUndefined();
    expect(noteIgnored(lost.card, late('wecom:ZhangWei 张伟')).tell).toMatchObject({ key: `late/${SP}/ZhangWei`, to: ['ZhangWei'] });
    expect(noteIgnored(lost.card, late('somebody else'))).toEqual({ card: lost.card });
  });

  it('leaves the task to the console when its decision is not accepted, and tells why', () => {
    const answered = read(open, decided('ZhangWei')).card;
    const step = noteIgnored(answered, { decidedBy: 'wecom:ZhangWei 张伟', reason: 'not-allowed', detail: '张伟 does not look after 江苏省' });
    expect(step.card).toEqual({ ...question, otherSpNo: null, status: 'void', spNo: SP });
    expect(step.tell).toMatchObject({ key: `not-accepted/${SP}`, to: ['ZhangWei', 'LiNa'], text: expect.stringContaining('未被接受（张伟 does not look after 江苏省）') });
    expect(noteIgnored(answered, { decidedBy: 'Li Lei', reason: 'not-allowed', detail: '' })).toEqual({ card: answered });
    expect(noteIgnored(step.card, { decidedBy: 'wecom:ZhangWei 张伟', reason: 'not-allowed', detail: '' })).toEqual({ card: step.card });
  });

  it('has another one before those it is escalated to, until one of the two is decided on', () => {
    const escalated = noteEscalated(open, 'sales-director', ['ChenJie']);
    expect(escalated).toMatchObject({ card: { approvers: ['ZhangWei', 'LiNa', 'ChenJie'] }, ask: 'apply-again', tell: { key: 'escalated/A1:credit', to: ['ZhangWei', 'LiNa', 'ChenJie'] } });
    expect(noteEscalated(escalated.card, 'sales-director', ['ChenJie'])).toEqual({ card: escalated.card });
    const { card: both } = noteShown(escalated.card, OTHER, setup.checkAt);
    expect(both).toMatchObject({ status: 'open', spNo: SP, otherSpNo: OTHER });
    expect(noteShown(both, SP, setup.checkAt)).toEqual({ card: both });
    const onOther = read(both, decided('ChenJie'), OTHER);
    expect(onOther).toMatchObject({ card: { status: 'answered', spNo: OTHER, otherSpNo: SP }, decide: { decidedBy: 'wecom:ChenJie' } });
    expect(noteSettled(onOther.card, { outcome: 'granted', by: 'wecom:ChenJie', detail: '' }).tell).toMatchObject({ key: `settled/${SP}` });
    expect(read(both, decided('LiNa'))).toMatchObject({ card: { status: 'answered', spNo: SP, otherSpNo: OTHER } });
  });

  it('leaves the other one open when one of the two is taken back', () => {
    const { card: both } = noteShown(noteEscalated(open, 'sales-director', ['ChenJie']).card, OTHER, setup.checkAt);
    expect(read(both, 'gone')).toMatchObject({ card: { status: 'open', spNo: OTHER, otherSpNo: null }, tell: { key: `taken-back/${SP}` } });
    expect(read(both, 'gone', OTHER)).toMatchObject({ card: { status: 'open', spNo: SP, otherSpNo: null }, tell: { key: `taken-back/${OTHER}` } });
    expect(noteShown(read(open, 'gone').card, OTHER, setup.checkAt).card).toEqual({ ...open, spNo: OTHER });
  });

  it('is recalled when the task is settled before it is there, and told of when it comes all the same', () => {
    const { card, ask } = noteSettled(asked, { outcome: 'withdrawn', by: null, detail: '' });
    expect(ask).toBe('recall');
    const came = noteShown(card, SP, setup.checkAt);
    expect(came).toMatchObject({ card: { status: 'settled', spNo: SP }, tell: { key: `settled/${SP}`, to: ['ZhangWei', 'LiNa'] } });
    expect(noteShown(came.card, SP, setup.checkAt)).toEqual({ card: came.card });
  });

  it('is taken for there when WeCom shows it before it has answered, and a failed application changes that no more', () => {
    const { card } = read(asked, 'pending');
    expect(card).toEqual(open);
    expect(noteNotShown(card, 'no answer')).toEqual({ card });
    expect(noteNotShown(asked, '301025')).toMatchObject({ card: { status: 'unshown', detail: '301025' }, alert: expect.stringContaining('301025') });
  });

  it('leaves the task to the console when it is taken back', () => {
    const { card, tell } = read(open, 'gone');
    expect([card.status, tell?.key]).toEqual(['void', `taken-back/${SP}`]);
    expect(read(card, 'gone')).toEqual({ card });
  });

  it('counts like the first when there is a second of the same task', () => {
    const onSecond = read(open, decided('LiNa'), '202606010002');
    expect(onSecond.decide?.decidedBy).toBe('wecom:LiNa');
    const settled = noteSettled(onSecond.card, { outcome: 'granted', by: 'wecom:LiNa', detail: '' }).card;
    expect(read(settled, decided('ZhangWei')).tell?.text).toContain('已由 wecom:LiNa 同意');
    expect(read(open, 'gone', '202606010002')).toEqual({ card: open });
  });
});
