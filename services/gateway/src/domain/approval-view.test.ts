import fc from 'fast-check';
import { fen } from '@order-mesh/kernel';
import { heard } from '../../test/scene.ts';
import { approvalItemOf, approvalStatusOf, projectApproval, unknownApproval, whyClosed, withdrawApproval, type ApprovalMessage, type ApprovalView } from './approval-view.ts';

const TYPES = ['ApprovalRequested', 'ApprovalReminded', 'ApprovalEscalated', 'ApprovalGranted', 'ApprovalDenied', 'DecisionIgnored'] as const;
const isAbout = (message: ReturnType<typeof heard>): message is Extract<ReturnType<typeof heard>, ApprovalMessage> => TYPES.some((type) => type === message.type);
const about = (type: (typeof TYPES)[number], at: number, value: object = {}): ApprovalMessage => {
  const message = heard(type, { at, value });
  if (!isAbout(message)) throw new TypeError(type);
  return message;
};
const after = (...all: readonly ApprovalMessage[]): ApprovalView => all.reduce(projectApproval, unknownApproval('O1:credit', 'O1'));

const requested = about('ApprovalRequested', 1);
const reminded = about('ApprovalReminded', 1_000);
const escalated = about('ApprovalEscalated', 2_000);
const granted = about('ApprovalGranted', 2);
const denied = about('ApprovalDenied', 3);
const expired = about('ApprovalDenied', 4, { reason: 'expired' });
const ignored = [about('DecisionIgnored', 6, { reason: 'not-allowed' }), about('DecisionIgnored', 7, { reason: 'own-request', detail: 'it is the request of 李经理' })] as const;
const withdrawn = about('ApprovalDenied', 5, { reason: 'withdrawn' });

describe('a task', () => {
  it('is the same in whatever order, and however often, its events come', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(requested, reminded, escalated, granted, denied, expired, withdrawn, ...ignored)).chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))), ([all, shuffled]) => {
      expect(after(...shuffled, ...all)).toEqual(after(...all));
    }));
  });

  it('shows what is known of the customer, and says what a yes would mean', () => {
    expect(approvalItemOf(after(requested))).toMatchObject({
      meaning: 'exposure would be 5,120,000 of a limit of 5,000,000 CNY, 120,000 over', evidence: { daysOverdue: 46, overdueFen: '1200000', receivables: 7, paid: 3, ordersConfirmed: 5, ordersRefused: 1 },
    });
    expect(approvalItemOf(after(about('ApprovalRequested', 1, { evidence: [] })))).toMatchObject({ evidence: null, price: null, meaning: null });
  });

  it('shows what the order brings and what of that is margin, as far as costs are known', () => {
    const asked = (amount: bigint, cost: bigint | null, evidence: readonly object[] = []): ReturnType<typeof approvalItemOf> =>
      approvalItemOf(after(about('ApprovalRequested', 1, { evidence, prices: [{ listAmount: fen(1_000_000n), amount: fen(amount), cost }] })));
    expect(asked(700_000n, 600_000n)).toMatchObject({
      meaning: 'the order brings 7,000 CNY, 3,000 (30 %) off the list at a margin of 1,000 CNY (14.28 %)', price: { listFen: '1000000', amountFen: '700000', costFen: '600000', marginFen: '100000', marginPercent: 14.28 },
    });
    expect(asked(1_000_000n, null)).toMatchObject({ meaning: 'the order brings 10,000 CNY, at a cost that is not known', price: { costFen: null, marginFen: null, marginPercent: null } });
    expect(asked(900_000n, 1_000_000n)).toMatchObject({ meaning: 'the order brings 9,000 CNY, 1,000 (10 %) off the list at a margin of -1,000 CNY (-11.12 %)' });
  });

  it('stays as it was first decided', () => {
    expect(approvalStatusOf(after(denied, granted, withdrawn))).toBe('granted');
  });

  it('is open, then granted, denied, expired or withdrawn', () => {
    expect([after(requested), after(granted), after(denied), after(expired), after(withdrawn), withdrawApproval(after(requested))].map(approvalStatusOf))
      .toEqual(['open', 'granted', 'denied', 'expired', 'withdrawn', 'withdrawn']);
  });

  it('can be decided until its deadline', () => {
    expect(whyClosed(after(requested), 9_000_000)).toBeNull();
    expect(whyClosed(after(requested), 9_000_001)).toContain('1970-01-01T02:30:00.000Z');
    expect(whyClosed(after(requested, granted), 3)).toBe('the task was granted before');
  });

  it('shows when people were reminded, and who may decide as well since nobody did', () => {
    expect(approvalItemOf(after(requested))).toMatchObject({ remindedAt: null, escalatedTo: null, deciders: [] });
    expect(approvalItemOf(after(escalated, requested, reminded))).toMatchObject({ status: 'open', role: 'regional-manager', remindedAt: '1970-01-01T00:00:01.000Z', escalatedTo: 'sales-director', deciders: ['wecom:LiNa', '王总'] });
  });

  it('shows the last decision that changed nothing, and knows its revision all the same', () => {
    expect(approvalItemOf(after(requested))?.ignored).toBeNull();
    expect(approvalItemOf(after(ignored[1], requested, ignored[0]))).toMatchObject({ status: 'open', ignored: { reason: 'own-request', detail: 'it is the request of 李经理', at: '1970-01-01T00:00:00.007Z' } });
    expect(after(ignored[0], about('ApprovalRequested', 1, { revision: 2 })).revision).toBe(2);
    expect(after(requested)).not.toHaveProperty('revision');
  });

  it('is shown once it is known what is asked', () => {
    expect(approvalItemOf(after(granted))).toBeNull();
    expect(approvalItemOf(after(granted, requested))).toMatchObject({ status: 'granted', amountFen: '1000', decidedBy: '李经理', comment: 'paid yesterday', role: 'regional-manager' });
  });
});
