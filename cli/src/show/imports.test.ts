import type { Import } from '../gateway/imports.ts';
import { progressLine, summaryLines } from './imports.ts';

const one: Import = {
  importId: 'I1', system: 'salesforce', state: 'running', since: null, status: 'Activated', dryRun: false, total: 100_000, seen: 25_000, placed: 24_900, known: 60, unacceptable: 30, passedOver: 10,
  reasons: [{ reason: 'it has no lines', count: 30, example: '801MS0000000001YAA' }], detail: '', requestedBy: 'Li Na', startedAt: '2026-03-01T00:00:00.000Z', updatedAt: '2026-03-01T00:02:05.000Z',
};

describe('an import on the screen', () => {
  it('is a bar, orders a second and the time that is left', () => {
    expect(progressLine(one, 500)).toBe('██████░░░░░░░░░░░░░░░░░░ 25 %, 25,000 of 100,000 orders, 500/s, 2 min 30 s left · 30 unacceptable');
    expect(progressLine({ ...one, detail: 'waits until the mesh has room' }, 0)).toContain('unknown left · 30 unacceptable · waits until the mesh has room');
    expect(progressLine({ ...one, total: null, detail: '', state: 'asked' }, 0)).toBe('asking Salesforce for the list of orders');
    expect(progressLine({ ...one, total: 0, seen: 0, unacceptable: 0 }, 0)).toContain('100 %, 0 of 0 orders');
  });

  it('ends with what became of the orders, and why', () => {
    expect(summaryLines({ ...one, state: 'completed', seen: 100_000, placed: 99_900 })).toEqual([
      'completed: 100,000 of 100,000 orders in 2 min 5 s', '  taken on                99,900', '  known already               60', '  unacceptable                30', '  no longer as asked          10',
      '', 'why unacceptable  orders  one of them', 'it has no lines   30      801MS0000000001YAA',
    ]);
  });

  it('says how to go on when it has not come to its end', () => {
    expect(summaryLines({ ...one, state: 'stopped', reasons: [] }).slice(-2)).toEqual(['', 'go on with: mesh import salesforce --resume']);
    expect(summaryLines({ ...one, state: 'failed', detail: 'gone' })).toContain('gone');
    expect(summaryLines({ ...one, state: 'completed', dryRun: true }).at(-1)).toBe('nothing was done; the same without --dry-run takes them on');
  });
});
