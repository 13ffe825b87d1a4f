import type { Partner } from '../gateway/partners.ts';
import { partnerLedgerLines } from './partners.ts';

const SINCE = '2026-11-28T04:00:00.000Z';
const u8: Partner = {
  system: 'u8', service: 'erp-adapter', state: 'well', since: SINCE, detail: '', pausedBy: null, note: null, share: 1, waiting: 12, accepted: 0, unknown: 0, oldestAt: SINCE,
  lastMinute: { answered: 60, refused: 0, failed: 0 }, perSecond: 100, ledgerPerSecond: 20,
  ledgers: [
    { ledger: 'ds 1', waiting: 12, oldestAt: SINCE, lastMinute: 60, throttledUntil: null },
    { ledger: 'ds 2', waiting: 0, oldestAt: null, lastMinute: 0, throttledUntil: '2026-11-28T04:01:00.000Z' },
  ],
};

describe('the ledgers of a partner on the screen', () => {
  it('are a line each: what waits, how fast it goes, until when it is left alone', () => {
    const lines = partnerLedgerLines([u8]).map((line) => line.split(/ {2,}/).map((cell) => cell.trim()).join('|'));
    expect(lines[1]).toContain('u8|ds 1|12|2026-11-28 12:00:00|60|20');
    expect(lines[2]).toContain('2026-11-28 12:01:00');
  });

  it('are left out when nothing waits', () => {
    expect(partnerLedgerLines([{ ...u8, ledgers: [] }])).toEqual([]);
  });
});
