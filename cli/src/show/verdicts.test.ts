import type { Verdict } from '@order-mesh/verify';
import { verdictLines } from './verdicts.ts';

const verdict = (more: Partial<Verdict>): Verdict => ({ id: 'I1', title: 'credit', promise: '', status: 'holds', checked: { orders: 2_000 }, notChecked: [], violations: 0, rows: [], ...more });

it('shows a line an invariant with what was looked at, then what offends, then the sum', () => {
  const lines = verdictLines([
    verdict({}),
    verdict({ id: 'I4', title: 'documents', status: 'violated', violations: 2, rows: [{ subject: 'order A', problem: 'is confirmed without a shipment' }], checked: { orders: 3 } }),
    verdict({ id: 'I10', title: 'audit', status: 'not-applicable', checked: {}, notChecked: ['there is no chain'] }),
  ], 1_234);
  expect(lines).toEqual([
    '✔ I1  credit     2,000 orders',
    '✘ I4  documents  violated by 2 of 3 orders',
    '      order A is confirmed without a shipment',
    '      and 1 more; --rows shows more of them',
    '- I10 audit      does not apply yet',
    '      not checked: there is no chain',
    '1 hold, 1 violated, 1 do not apply yet (1.2 s)',
  ]);
});
