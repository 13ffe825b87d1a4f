import { fen } from '@order-mesh/kernel';
import { NOON, tabled } from '../../test/scene.ts';
import { personNamed, type Directory } from './people.ts';
import { decidersOf, rightToDecide } from './right.ts';

const people: Directory = [
  { name: '李娜', aliases: ['wecom:LiNa', '005MS0000001'], roles: ['regional-manager'], regions: ['East'], upTo: fen(50_000_000n) },
  { name: '张伟', aliases: [], roles: ['regional-manager', 'sales-director'], regions: [], upTo: null },
];
const question = tabled('O1', { region: 'East', amount: fen(50_000_000n) });
const right = (facts: Partial<typeof question>, decidedBy: string): string => {
  const found = rightToDecide({ people, delegations: [] }, { ...question, ...facts }, { decidedBy, decidedAt: NOON });
  return found.type === 'refused' ? found.detail : found.type;
};

describe('the directory of people', () => {
  it('knows a person by name, by alias, and by an alias with a name behind it', () => {
    expect(['李娜', 'wecom:LiNa', 'wecom:LiNa 李娜', '005MS0000001', 'wecom:LiN', 'LiNa', ''].map((signature) => personNamed(people, signature)?.name ?? null))
      .toEqual(['李娜', '李娜', '李娜', '李娜', null, null, null]);
  });

  it('allows whoever has the role, the region and the amount, to the fen', () => {
    expect(right({}, '李娜')).toBe('allowed');
    expect(right({ amount: fen(50_000_001n) }, '李娜')).toBe('李娜 may decide on up to 500000.00 yuan, at stake are 500000.01');
    expect(right({ region: 'West' }, '李娜')).toBe('李娜 does not look after West');
    expect(right({ role: 'sales-director' }, '李娜')).toBe('李娜 is no sales-director');
    expect(right({ role: 'sales-director', region: 'West', amount: fen(900_000_000n) }, '张伟')).toBe('allowed');
    expect(right({}, 'Li Lei')).toBe('Li Lei is not in the directory of people');
  });

  it('allows the role that a task was escalated to as well, and nobody with a role of no name', () => {
    expect(right({ role: 'team-lead', escalatedTo: 'regional-manager' }, '李娜')).toBe('allowed');
    expect(right({ role: 'team-lead' }, '李娜')).toBe('李娜 is no team-lead');
    expect(rightToDecide({ people: [{ name: 'A', aliases: [], roles: [''], regions: [], upTo: null }], delegations: [] }, question, { decidedBy: 'A', decidedAt: NOON }).type).toBe('refused');
  });

  it('tells who may decide, by account where there is one', () => {
    expect(decidersOf({ people, delegations: [] }, question, NOON)).toEqual(['wecom:LiNa', '张伟']);
    expect(decidersOf({ people, delegations: [] }, { ...question, region: 'West' }, NOON)).toEqual(['张伟']);
    expect(decidersOf({ people: null, delegations: [] }, question, NOON)).toEqual([]);
  });

  it('allows anybody where there is none', () => {
    expect(rightToDecide({ people: null, delegations: [] }, question, { decidedBy: 'anybody', decidedAt: NOON })).toEqual({ type: 'allowed', decider: 'anybody', onBehalfOf: '' });
  });

  it('lets nobody decide on an own request, however signed, with or without a directory', () => {
    expect(right({ requestedBy: '李娜' }, 'wecom:LiNa 李娜')).toBe('it is the request of 李娜: somebody else has to decide');
    expect(decidersOf({ people, delegations: [] }, { ...question, requestedBy: '李娜' }, NOON)).toEqual(['张伟']);
    const nobody = { people: null, delegations: [] };
    for (const decidedBy of ['wecom:LiNa', 'wecom:LiNa 李娜']) expect(rightToDecide(nobody, { ...question, requestedBy: 'wecom:LiNa' }, { decidedBy, decidedAt: NOON })).toMatchObject({ type: 'refused', reason: 'own-request' });
    expect(rightToDecide(nobody, question, { decidedBy: '', decidedAt: NOON })).toMatchObject({ type: 'allowed' });
  });
});
