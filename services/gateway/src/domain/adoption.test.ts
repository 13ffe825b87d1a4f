import { days, hours } from '@order-mesh/kernel';
import { adoptionOf, beginningOf, monthOf, monthsUntil, sideOf, type ChangeFacts, type WhoIsWho } from './adoption.ts';

const who: WhoIsWho = {
  people: [{ names: ['王芳', 'wecom:WangFang'], regions: [], roles: ['finance'] }, { names: ['Li Na'], regions: [], roles: ['it'] }, { names: ['赵强'], regions: [], roles: ['it', 'sales'] }, { names: ['无职'], regions: [], roles: [] }],
  itRoles: ['it'],
};
const JUNE = beginningOf('2026-06');
const change = (author: string, changes: Partial<ChangeFacts> = {}): ChangeFacts => ({ author, kind: 'proposal', askedAt: JUNE, liveAt: JUNE, rejectedAt: null, refusedAt: null, ...changes });

describe('how far the business changes its rules itself', () => {
  it('is by the calendar of Beijing', () => {
    expect([monthOf(Date.UTC(2026, 4, 31, 16)), monthOf(Date.UTC(2026, 4, 31, 15))]).toEqual(['2026-06', '2026-05']);
    expect(monthsUntil(Date.UTC(2026, 1, 1), 3)).toEqual(['2025-12', '2026-01', '2026-02']);
  });

  it('takes for the business whoever has a role that is none of IT, however the name is typed, and nobody it does not know', () => {
    expect(['王芳', 'wecom:wangfang', '  li  NA', '赵强', '无职', '路人'].map((name) => sideOf(name, who))).toEqual(['business', 'business', 'it', 'business', 'it', 'unknown']);
    expect(sideOf('王芳', { ...who, people: null })).toBe('unknown');
  });

  it('is a share of what went live, in which an unknown author counts against it', () => {
    const found = adoptionOf([change('王芳'), change('赵强'), change('Li Na'), change('路人'), change('王芳', { liveAt: null })], ['2026-06'], who);
    expect(found).toMatchObject({ asked: 5, live: 4, liveByBusiness: 2, liveByIt: 1, liveByUnknown: 1, businessShare: 0.5, unknownAuthors: ['路人'] });
  });

  it('is not told where there is no directory, or nothing went live', () => {
    expect(adoptionOf([change('王芳')], ['2026-06'], { ...who, people: null })).toMatchObject({ live: 1, liveByUnknown: 1, businessShare: null });
    expect(adoptionOf([], ['2026-06'], who)).toMatchObject({ live: 0, businessShare: null, leadTime: null, months: [{ month: '2026-06', asked: 0 }] });
  });

  it('counts each thing in the month in which it happened', () => {
    const late = change('王芳', { askedAt: JUNE, liveAt: JUNE + days(31) });
    const turnedAway = change('王芳', { liveAt: null, refusedAt: JUNE + days(2) });
    const noThanks = change('王芳', { liveAt: null, rejectedAt: JUNE + days(40) });
    const back = change('王芳', { kind: 'rollback', liveAt: JUNE + days(1) });
    const { months } = adoptionOf([late, turnedAway, noThanks, back], ['2026-06', '2026-07'], who);
    expect(months).toMatchObject([{ month: '2026-06', asked: 4, live: 1, rollbacks: 1, refused: 1, rejected: 0 }, { month: '2026-07', asked: 0, live: 1, rollbacks: 0, refused: 0, rejected: 1 }]);
  });

  it('tells how long a proposal takes to go live: the median, and what nine of ten are below; rollbacks are at once and do not count', () => {
    const took = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100].map((count) => change('王芳', { liveAt: JUNE + hours(count) }));
    expect(adoptionOf([...took, change('王芳', { kind: 'rollback' })], ['2026-06'], who).leadTime).toEqual({ changes: 10, medianSeconds: 5 * 3_600, p90Seconds: 9 * 3_600 });
  });
});
