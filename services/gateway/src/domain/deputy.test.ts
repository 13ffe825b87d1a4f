import type { Caller } from './caller.ts';
import type { DelegationItem } from './delegation-view.ts';
import { approvalReach, decidingReach } from './deputy.ts';

const deputy: Caller = { kind: 'person', name: '张伟', roles: ['regional_manager'], customers: [], regions: ['广东'] };
const people = [{ names: ['李娜', 'wecom:LiNa'], roles: ['regional-manager'], regions: ['福建'] }, { names: ['王芳'], roles: ['sales-director'], regions: [] }];
const delegation = (changes: Partial<DelegationItem> = {}): DelegationItem => ({
  delegationId: 'd1', state: 'standing', absent: '李娜', deputy: '张伟', since: '2026-10-01T00:00:00.000Z', until: '2026-10-08T00:00:00.000Z', reason: '', detail: '', requestedBy: '李娜', updatedAt: '2026-10-01T00:00:00.000Z', ...changes,
});
const on = (day: string, ...delegations: readonly DelegationItem[]) => approvalReach(deputy, delegations, people, Date.parse(`${day}T12:00:00Z`));
const regions = (...names: readonly string[]) => ({ customers: [], regions: names, sources: [] });

it('shows a deputy the approvals of whoever is away, as long as that lasts', () => {
  expect(on('2026-10-02', delegation())).toEqual(regions('广东', '福建'));
  expect([on('2026-09-30', delegation()), on('2026-10-08', delegation()), on('2026-10-02', delegation({ state: 'ended' })), on('2026-10-02', delegation({ deputy: '陈静' }))]).toEqual(Array(4).fill(regions('广东')));
});

it('shows the deputy of somebody who looks after every region all of them', () => {
  expect(on('2026-10-02', delegation({ absent: '王芳' }))).toBe('everything');
});

it('knows of no deputies where there is no directory of people', () => {
  expect(approvalReach(deputy, [delegation()], null, Date.parse('2026-10-02T12:00:00Z'))).toEqual(regions('广东'));
});

it('lets a manager who also sells decide for own regions, not for own customers elsewhere', () => {
  expect(decidingReach({ customers: ['C1'], regions: ['广东'], sources: [] })).toEqual(regions('广东'));
  expect(decidingReach('everything')).toBe('everything');
});
