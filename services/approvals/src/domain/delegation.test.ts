import type { DelegateApprovals } from '@order-mesh/contracts';
import { days, fen, hours } from '@order-mesh/kernel';
import { NOON, tabled } from '../../test/scene.ts';
import { delegate, endDelegation, isInForce, type Delegation } from './delegation.ts';
import type { Directory } from './people.ts';
import { decidersOf, rightToDecide } from './right.ts';

const people: Directory = [
  { name: '李娜', aliases: ['wecom:LiNa'], roles: ['regional-manager'], regions: ['East'], upTo: fen(50_000_000n) },
  { name: '张伟', aliases: ['wecom:ZhangWei'], roles: ['regional-manager'], regions: ['West'], upTo: fen(1n) },
];
const ask: DelegateApprovals = { delegationId: 'D1', absent: 'wecom:LiNa', deputy: '张伟', since: NOON, until: NOON + days(7), reason: 'on leave', requestedBy: '李娜', requestedAt: NOON - hours(1) };
const standing: Delegation = { delegationId: 'D1', revision: 1, state: 'standing', absent: '李娜', deputy: '张伟', since: NOON, until: NOON + days(7), reason: 'on leave', requestedBy: '李娜' };

describe('a delegation', () => {
  it('names both as the directory does, and stays as it is when it is asked for again', () => {
    expect(delegate(people, undefined, ask)).toEqual({ type: 'delegated', delegation: standing });
    const ended = endDelegation(standing, { delegationId: 'D1', requestedBy: '王芳', requestedAt: NOON + days(2) });
    expect(delegate(people, ended, ask)).toEqual({ type: 'delegated', delegation: ended });
  });

  it('is refused between people whom nobody knows, to oneself, and for a time that is over, backwards or longer than a year', () => {
    const why = (facts: Partial<DelegateApprovals>, directory: Directory | null = people): string => {
      const asked = delegate(directory, undefined, { ...ask, ...facts });
      return asked.type === 'refused' ? asked.detail : 'taken on';
    };
    expect([why({ deputy: '王芳' }), why({ deputy: '李娜' }), why({ until: NOON }), why({ since: NOON - days(3), until: NOON - days(2) }), why({ until: NOON + days(367) }), why({}, null)]).toEqual([
      '王芳 is not in the directory of people', '李娜 cannot be the deputy of the same person', 'it ends before it begins', 'it is over already', 'it is longer than a year',
      'there is no directory of people (APPROVALS_PEOPLE_FILE): whoever is let in decides',
    ]);
  });

  it('ends when that is asked, once, and not once it is over', () => {
    const end = { delegationId: 'D1', requestedBy: '王芳', requestedAt: NOON + days(2) };
    const ended = endDelegation(standing, end);
    expect(ended).toEqual({ ...standing, revision: 2, state: 'ended', until: NOON + days(2), requestedBy: '王芳' });
    expect(endDelegation(ended, { ...end, requestedAt: NOON + days(1) })).toBe(ended);
    expect(endDelegation(standing, { ...end, requestedAt: NOON + days(7) })).toBe(standing);
    expect([NOON - 1, NOON, NOON + days(2) - 1, NOON + days(2)].map((at) => isInForce(ended, at))).toEqual([false, true, true, false]);
  });
});

describe('a deputy', () => {
  const question = tabled('O1', { region: 'East', amount: fen(50_000_000n) });
  const authority = { people, delegations: [standing] };

  it('may decide what the absent may, meanwhile, and both are named', () => {
    const right = (at: number, facts = {}) => rightToDecide(authority, { ...question, ...facts }, { decidedBy: 'wecom:ZhangWei 张伟', decidedAt: at });
    expect(right(NOON)).toEqual({ type: 'allowed', decider: '张伟', onBehalfOf: '李娜' });
    expect(right(NOON - 1)).toMatchObject({ type: 'refused', reason: 'not-allowed', detail: '张伟 does not look after East' });
    expect(right(NOON + days(7)).type).toBe('refused');
    expect(right(NOON, { amount: fen(50_000_001n) }).type).toBe('refused');
    expect(right(NOON, { region: 'West', amount: fen(1n) })).toEqual({ type: 'allowed', decider: '张伟', onBehalfOf: '' });
  });

  it('does not decide in the place of who asked', () => {
    expect(rightToDecide(authority, { ...question, requestedBy: '李娜' }, { decidedBy: '张伟', decidedAt: NOON })).toMatchObject({ type: 'refused', reason: 'own-request' });
  });

  it('is told of a question as well, and passes the right on to nobody', () => {
    expect(decidersOf(authority, question, NOON)).toEqual(['wecom:LiNa', 'wecom:ZhangWei']);
    expect(decidersOf(authority, question, NOON - 1)).toEqual(['wecom:LiNa']);
    const three: Directory = [...people, { name: '王芳', aliases: [], roles: ['assistant'], regions: [], upTo: null }];
    const chain = [standing, { ...standing, delegationId: 'D2', absent: '张伟', deputy: '王芳' }];
    expect(rightToDecide({ people: three, delegations: chain }, question, { decidedBy: '王芳', decidedAt: NOON }).type).toBe('refused');
  });
});
