import type { Difference, Run } from '../gateway/reconciliation.ts';
import { differenceStory, reconciliationLines } from './reconciliation.ts';

const run: Run = {
  runId: 'R1', status: 'agrees', requestedBy: '李娜', from: '2026-05-26T16:00:00.000Z', startedAt: '2026-06-01T04:00:00.000Z', finishedAt: '2026-06-01T04:00:05.000Z',
  detail: '', orders: 1_234, amountFen: '1234567890', openDifferences: 0,
};
const difference: Difference = {
  differenceId: '3f9a01c27be4', orderId: 'O1', class: 'crm-not-told', status: 'open', detail: 'confirmed, and the CRM shows no end',
  evidence: [{ book: 'crm', says: 'Activated, not told how it ended', amountFen: '12345' }, { book: 'erp', says: 'nothing', amountFen: null }],
  repair: { kind: 'tell-crm', automatic: true, says: 'writes onto order O1 in the CRM that it was confirmed' }, firstSeenAt: '2026-06-01T04:00:00.000Z', lastSeenAt: '2026-06-01T04:05:00.000Z',
  decidedBy: null, decidedAt: null, note: null,
};
const byHand: Difference = { ...difference, differenceId: 'a0', orderId: 'O2', class: 'missing-in-erp', repair: { kind: 'by-hand', automatic: false, says: 'open it again' } };

const found = (...differences: readonly Difference[]) => ({ differences, isCut: false });

describe('a reconciliation on the screen', () => {
  it('is one line when everything agrees', () => {
    expect(reconciliationLines(run, found())).toEqual(['everything agrees: 1234 orders compared, placed since 2026-05-27 00:00:00 in Shanghai; amounts CNY 12,345,678.90']);
  });

  it('says why the books could not be compared', () => {
    expect(reconciliationLines({ ...run, status: 'failed', detail: 'no statement of erp: U8 is away' }, found())).toEqual(['the books could not be compared: no statement of erp: U8 is away']);
  });

  it('shows differences by class, and what can be done about them', () => {
    const lines = reconciliationLines({ ...run, status: 'differs' }, found(byHand, { ...difference, status: 'repairing', differenceId: 'b0' }, difference));
    expect(lines[0]).toBe('3 differences: 1234 orders compared, placed since 2026-05-27 00:00:00 in Shanghai; amounts CNY 12,345,678.90');
    expect(lines.slice(2, 6)).toEqual([
      'difference    class           order  status     repair    what differs', 'b0            crm-not-told    O1     repairing  tell-crm  confirmed, and the CRM shows no end',
      '3f9a01c27be4  crm-not-told    O1     open       tell-crm  confirmed, and the CRM shows no end', 'a0            missing-in-erp  O2     open       a person  confirmed, and the CRM shows no end',
    ]);
    expect(lines.slice(7).map((line) => line.slice(0, 29))).toEqual(['1 can be repaired safely: mes', '1 needs a person: mesh reconc', '1 under repair: the next reco']);
  });

  it('tells one difference with its evidence and its repair', () => {
    expect(differenceStory(difference)).toEqual([
      'difference 3f9a01c27be4: crm-not-told of order O1, open', 'confirmed, and the CRM shows no end',
      '  book  says                              CNY', '  crm   Activated, not told how it ended  123.45', '  erp   nothing',
      'seen first 2026-06-01 12:00:00, last 2026-06-01 12:05:00 in Shanghai', 'the repair writes onto order O1 in the CRM that it was confirmed',
    ]);
    expect(differenceStory(byHand).at(-1)).toBe('only a person can repair it: open it again');
  });
});
