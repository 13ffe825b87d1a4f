import { startRun, takePage, lookAgain, unread, type Run, type Side } from './run.ts';

const NOW = Date.UTC(2026, 5, 1, 16, 30);
const run = startRun({ runId: 'R1', requestedBy: '李娜', days: 7, now: NOW });
const page = (side: Side, count: number, isLast = false, change = {}) => ({ runId: 'R1', look: 1, side, page: count, isLast, ...change });
const taking = (from: Run, ...pages: readonly ReturnType<typeof page>[]): Run => pages.reduce((now, one) => takePage(now, one) ?? now, from);

describe('a reconciliation', () => {
  it('begins with a day in Shanghai, today included', () => {
    expect(new Date(run.from).toISOString()).toBe('2026-05-26T16:00:00.000Z');
    expect(new Date(startRun({ runId: 'R1', requestedBy: '', days: 1, now: NOW }).from).toISOString()).toBe('2026-06-01T16:00:00.000Z');
    expect(startRun({ runId: 'R1', requestedBy: '', days: 2 ** 31 - 1, now: NOW }).from).toBe(startRun({ runId: 'R1', requestedBy: '', days: 400, now: NOW }).from);
  });

  it('is read when every book has said its last page', () => {
    const almost = taking(run, page('erp', 1), page('crm', 1, true), page('erp', 2, true));
    expect([almost.status, unread(almost)]).toEqual(['reading', ['mesh']]);
    expect(taking(almost, page('mesh', 1, true)).status).toBe('read');
  });

  it('leaves alone what it does not wait for: a page twice or out of order, of another run or look, after the last', () => {
    const once = taking(run, page('erp', 1));
    for (const stray of [page('erp', 1), page('erp', 3), page('erp', 2, false, { runId: 'R0' }), page('erp', 2, false, { look: 2 })]) expect(takePage(once, stray)).toBeUndefined();
    expect(takePage(taking(once, page('erp', 2, true)), page('erp', 3))).toBeUndefined();
  });

  it('reads everything once more for a second look', () => {
    const again = lookAgain({ ...taking(run, page('erp', 1, true)), status: 'waiting' }, NOW + 5);
    expect([again.look, again.lookBeganAt, again.startedAt, again.status, unread(again)]).toEqual([2, NOW + 5, NOW, 'reading', ['erp', 'crm', 'mesh']]);
  });
});
