import { judge, together } from './verdict.ts';

const invariant = { id: 'I1', title: 'credit is conserved', promise: 'no fen is lost' } as const;
const offence = (subject: string) => ({ subject, problem: 'is a fen short' });

describe('a verdict', () => {
  it('holds when what was looked at has nothing against it', () => {
    expect(judge(invariant, { offences: [], checked: { orders: 3 } }, 20)).toEqual({ ...invariant, status: 'holds', checked: { orders: 3 }, notChecked: [], violations: 0, rows: [] });
  });

  it('holds for a mesh without an order in it: there was something to look at, and it was empty', () => {
    expect(judge(invariant, { offences: [], checked: { orders: 0 } }, 20).status).toBe('holds');
  });

  it('is never a "holds" when nothing could be looked at', () => {
    expect(judge(invariant, { offences: [], checked: {}, notChecked: ['no ledger to compare with'] }, 20)).toMatchObject({ status: 'not-applicable', notChecked: ['no ledger to compare with'] });
  });

  it('counts every row that offends, and shows the first ones', () => {
    const offences = Array.from({ length: 30 }, (_, index) => offence(`order ${index}`));
    expect(judge(invariant, { offences, checked: { orders: 30 } }, 2)).toMatchObject({ status: 'violated', violations: 30, rows: [offence('order 0'), offence('order 1')] });
  });

  it('adds up what several questions looked at', () => {
    expect(together(
      { offences: [offence('A')], checked: { documents: 2, orders: 1 } }, { offences: [], checked: { documents: 3 }, notChecked: ['shipments'] }, { offences: [], checked: {}, notChecked: ['shipments'] },
    )).toEqual({ offences: [offence('A')], checked: { documents: 5, orders: 1 }, notChecked: ['shipments'] });
  });
});
