import type { Approval, OrderStory, TimelineItem } from '../gateway/order.ts';
import { approvalLines, orderLines, storyLines, timelineLines } from './orders.ts';

const item = (type: string, at: string, more: Partial<TimelineItem> = {}): TimelineItem => ({
  at: `2026-03-01T00:00:${at}Z`, type, kind: 'event', topic: 'credit.events.v1', from: 'credit', step: 'credit', summary: 'as told', id: type, attempt: 1, ...more,
});
const shown = (...items: readonly TimelineItem[]): readonly string[] => timelineLines(items);

const story: OrderStory = {
  orderId: '801A', source: 'salesforce', externalId: '801A', customerId: 'C1', customerName: '福建海昌百货', region: '福建', amountFen: '1680880', status: 'rejected',
  step: 'stock', reason: 'out-of-stock', detail: 'P1 is 8 short', placedAt: '2026-03-01T00:00:00.000Z', updatedAt: '2026-03-01T00:00:01.500Z',
  endedAt: '2026-03-01T00:00:01.500Z', leadTimeMs: 1_500, timeline: [item('HoldCredit', '00.000', { kind: 'command', from: 'order-orchestrator' })],
};

it('tells what was asked, done, refused and taken back, with the time between', () => {
  expect(shown(
    item('HoldCredit', '00.000', { kind: 'command', from: 'order-orchestrator' }), item('CreditHeld', '00.020'), item('StockRefused', '01.000', { step: 'stock', from: 'inventory' }),
    item('ReleaseCredit', '01.010', { kind: 'command', from: 'order-orchestrator' }), item('CreditReleased', '01.020'), item('OrderRejected', '01.030', { step: null, from: 'order-orchestrator' }),
  )).toEqual([
    '08:00:00.000            credit    order-orchestrator → HoldCredit: as told',
    '08:00:00.020    +20 ms  credit    credit             ✓ CreditHeld: as told',
    '08:00:01.000   +980 ms  stock     inventory          ✘ StockRefused: as told',
    '08:00:01.010    +10 ms  credit    order-orchestrator ← ReleaseCredit: as told',
    '08:00:01.020    +10 ms  credit    credit             ← CreditReleased: as told',
    '08:00:01.030    +10 ms  order     order-orchestrator ✘ OrderRejected: as told',
  ]);
});

it('says which attempt a repeated message is', () => {
  expect(shown(item('UnbookOrder', '00.000', { attempt: 2, kind: 'command' }))[0]).toContain('← UnbookOrder (attempt 2): as told');
});

it('does not take a wish to cancel, or a refused undo, for something undone', () => {
  expect(shown(item('CancelRequested', '00.000'))[0]).toContain('✓ CancelRequested');
  expect(shown(item('VoidRefused', '00.000'))[0]).toContain('✘ VoidRefused');
});

it('heads the story with who ordered what, for how much, and how it ended', () => {
  expect(storyLines(story).slice(0, 3)).toEqual([
    'order 801A from salesforce',
    '福建海昌百货 (C1, 福建), 16,808.80 yuan, placed 2026-03-01 08:00:00 in Shanghai',
    'rejected after 1.5 s: P1 is 8 short',
  ]);
});

it('lists orders as a table, and says so when there are none', () => {
  expect(orderLines([story])[1]).toBe('801A   C1 福建海昌百货  16,808.80 yuan  rejected  stock  2026-03-01 08:00:00  1.5 s  P1 is 8 short');
  expect(orderLines([])).toEqual(['no such orders']);
});

it('shows what a yes would mean and what is known of the customer, as long as it can be decided', () => {
  const task: Approval = {
    approvalId: 'A1:credit', orderId: 'A1', status: 'open', subject: 'credit', customerId: 'C1', region: '江苏', role: 'regional-manager', escalatedTo: null, deciders: [], requestedBy: null, amountFen: '330000',
    reason: 'overdue', detail: 'rule freeze-overdue', deadline: '2026-06-01T08:00:00.000Z', requestedAt: '2026-06-01T04:00:00.000Z', decidedBy: null, onBehalfOf: null, comment: null, ignored: null,
    meaning: 'exposure would be 5,120,000 of a limit of 5,000,000 CNY, 120,000 over',
    evidence: { exposureFen: '512000000', limitFen: '500000000', daysOverdue: 46, overdueFen: '1200000', receivables: 7, paid: 3, ordersConfirmed: 5, amountConfirmedFen: '8000000', ordersRefused: 1 },
  };
  expect(approvalLines([task]).slice(-3)).toEqual([
    'A1:credit: if granted, exposure would be 5,120,000 of a limit of 5,000,000 CNY, 120,000 over', '  overdue: 12,000.00 yuan, 46 days at most; 3 of 7 receivables are paid', '  before: 5 orders confirmed (80,000.00 yuan), 1 refused credit',
  ]);
  expect(approvalLines([{ ...task, evidence: null, meaning: 'the order brings 7,000 CNY at a margin of 1,000 CNY (14.28 %)' }]).slice(-1)).toEqual(['A1:credit: if granted, the order brings 7,000 CNY at a margin of 1,000 CNY (14.28 %)']);
  expect(approvalLines([{ ...task, status: 'granted' }])).toHaveLength(2);
});
