import { alertOfCase, alertOfLetter, digestOf } from './alert.ts';
import { approversFor } from './approvers.ts';
import { formOf, summaryOf } from './form.ts';
import { fen } from '@order-mesh/kernel';

const NOON = Date.UTC(2026, 5, 1, 4);

describe('what people are told', () => {
  it('says of a case what failed, whose it is and until when, in Beijing time', () => {
    const opened = { orderId: 'A1', opening: 2, kind: 'undo-failed', step: 'logistics', reason: 'already-collected', detail: 'the carrier has it', owner: 'operations', at: NOON, dueAt: NOON };
    expect(alertOfCase(opened)).toEqual({ key: 'case/A1/2', at: NOON, about: { kind: 'case', step: 'logistics', reason: 'already-collected' }, line: '【待人工处理】订单 A1：logistics already-collected，the carrier has it。负责 operations，截止 2026-06-01 12:00' });
  });

  it('fits 500 alerts into one message of at most 2,048 bytes, and says how many it left out', () => {
    const alerts = Array.from({ length: 500 }, (_, at) => ({ key: String(at), at: NOON, line: '订单需要处理'.repeat(at) }));
    const text = digestOf(alerts);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2_048);
    const lines = text.split('\n');
    expect([lines[0], lines.at(-1)]).toEqual(['订单平台提醒（500 项）', `另有 ${500 - (lines.length - 2)} 项，请到订单平台查看。`]);
    expect(lines.length).toBeGreaterThan(5);
  });

  it('tells a single long one shortened, and nothing of the rest', () => {
    const text = digestOf([{ key: 'a', at: NOON, line: '长'.repeat(2_000) }]);
    expect(text).toBe(`订单平台提醒（1 项）\n1. ${'长'.repeat(159)}…`);
  });

  it('names a dead letter by its number, with the order where there is one', () => {
    expect(alertOfLetter({ id: '7', service: 'credit', type: null, orderId: null, reason: 'undecodable', at: NOON }).line).toBe('【死信】credit 无法处理 一条消息：undecodable，编号 7');
    expect(alertOfLetter({ id: '8', service: 'credit', type: 'HoldCredit', orderId: 'A1', reason: 'refused', at: NOON })).toMatchObject({ key: 'letter/8', line: '【死信】credit 无法处理 HoldCredit（订单 A1）：refused，编号 8' });
  });
});

describe('what a card says', () => {
  const task = { orderId: 'A1', approvalId: 'A1:credit', subject: 'credit', customerId: 'C1', region: '江苏省', role: 'regional-manager', amount: fen(330_000n), reason: 'overdue', detail: 'rule freeze-overdue: oldest open receivable is 46 days overdue, would owe 3,300.00 CNY of 10,000.00 CNY allowed', deadline: NOON, revision: 0, deciders: [], requestedBy: '', evidence: [], prices: [] };

  it('gives the evidence in Chinese, with the numbers', () => {
    expect(formOf(task, ['LiNa'])).toMatchObject({ amountYuan: '3300.00', reason: '应收账款逾期，账户已冻结', evidence: '最早一笔未收款已逾期 46 天，含本单占用 ¥3,300.00，额度 ¥10,000.00（规则 freeze-overdue）', deadline: '2026-06-01 12:00' });
  });

  it('says what a yes would mean, and what the customer ordered and paid before', () => {
    const known = { exposure: fen(512_000_000n), limit: fen(500_000_000n), daysOverdue: 46, overdue: fen(1_200_000n), receivables: 7, paid: 3, ordersConfirmed: 5, amountConfirmed: fen(8_000_000n), ordersRefused: 1 };
    expect(formOf({ ...task, evidence: [known] }, []).evidence.split('\n').slice(1)).toEqual([
      '若放行：信用占用为 ¥5120000.00，额度 ¥5000000.00，超出 ¥120000.00', '逾期：¥12000.00，最长 46 天；应收单 7 张，已付清 3 张', '此前订单：确认 5 单（¥80000.00），信用被拒 1 单',
    ]);
  });

  it('says what the order brings, and what of that is margin', () => {
    const saying = (amount: bigint, cost: bigint | null): string | undefined => formOf({ ...task, prices: [{ listAmount: fen(1_000_000n), amount: fen(amount), cost: cost === null ? null : fen(cost) }] }, []).evidence.split('\n').at(-1);
    expect([saying(700_000n, 600_000n), saying(1_000_000n, null)]).toEqual(['应付：¥7000.00（标价 ¥10000.00，折让 ¥3000.00），毛利 ¥1000.00（14.28%）', '应付：¥10000.00，成本未知']);
  });

  it('gives evidence it does not know as it came', () => {
    expect(formOf({ ...task, reason: 'mood', detail: 'not today' }, [])).toMatchObject({ reason: 'mood', evidence: 'not today' });
  });

  it('is summed up in three lines of twenty characters', () => {
    const lines = summaryOf(formOf({ ...task, orderId: '801MS0000000001YAA-and-more' }, []));
    expect(lines).toEqual(['订单 801MS0000000001YA', 'C1 ¥3300.00', '应收账款逾期，账户已冻结']);
  });
});

it('asks those of the region, else those of the role', () => {
  const approvers = new Map([['regional-manager/江苏省', ['LiNa']], ['regional-manager', ['ZhangWei']]]);
  expect(['江苏省', '浙江省'].map((region) => approversFor(approvers, { role: 'regional-manager', region }))).toEqual([['LiNa'], ['ZhangWei']]);
  expect(approversFor(approvers, { role: 'director', region: '江苏省' })).toEqual([]);
});
