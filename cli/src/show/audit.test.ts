import type { Checked, SealedEntry } from '@order-mesh/audit';
import { checkedLines, entryLines } from './audit.ts';

const NOON = Date.UTC(2026, 10, 28, 4);
const entry = (changes: Partial<SealedEntry> = {}): SealedEntry => ({
  position: 7, at: NOON, actor: '李娜', act: 'denied an approval', subject: 'approval O1:credit', orderId: 'O1', fact: 'm1', messageType: 'ApprovalDenied', messageId: 'm1',
  details: '{"detail":"too much","note":"","repair":null,"revision":0}', previous: '0'.repeat(64), mac: 'f'.repeat(64), ...changes,
});
const anchorAt = (position: number) => ({ position, mac: 'f'.repeat(64), at: NOON });

describe('the audit log on the screen', () => {
  it('is a line an act: who did what to what, with what was said', () => {
    expect(entryLines([entry()])).toEqual([
      'no  at                   who   did                 to                  details',
      '7   2026-11-28 12:00:00  李娜  denied an approval  approval O1:credit  detail: too much, revision: 0',
    ]);
    expect(entryLines([])).toEqual(['nothing stands in the audit log that fits']);
  });

  it('shows details that somebody has spoilt as they lie there', () => {
    expect(entryLines([entry({ details: '{broken' })])[1]).toContain('{broken');
  });
});

describe('what verify says', () => {
  const said = (checked: Checked): string => checkedLines(checked).join('\n');

  it('is how far the log is good and anchored, and what could be cut off unseen', () => {
    expect(said({ good: 1_234, fault: null, anchor: anchorAt(1_234) })).toBe('✔ the audit log is as it was written: 1,234 entries, 1 to 1,234 without a gap\n  anchored up to entry 1,234 at 2026-11-28 12:00:00');
    expect(said({ good: 3, fault: null, anchor: anchorAt(2) })).toContain('not anchored yet: the last 1; that the end was cut off there could not be shown');
    expect(said({ good: 0, fault: null, anchor: null })).toBe('✔ the audit log is as it was written: 0 entries');
  });

  it('is the first bad row, what happened to it, and what is left to trust', () => {
    expect(said({ good: 4, fault: { kind: 'changed', position: 5, detail: 'row 5 is not what was recorded there' }, anchor: null }))
      .toBe('✘ the audit log was tampered with. First bad row: 5 (changed): row 5 is not what was recorded there; rows 1 to 4 are as they were written');
    expect(said({ good: 0, fault: { kind: 'missing', position: 1, detail: 'row 1 was taken out' }, anchor: null })).toContain('there is none before it');
  });
});
