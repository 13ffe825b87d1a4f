import { defaultPolicy, longestWaitForApproval } from '@order-mesh/contracts';
import { days, hours } from '@order-mesh/kernel';
import { afterWorkingTime, type WorkingCalendar } from '../src/domain/working-calendar.ts';
import { areHolidays, publicHolidays } from '../src/outbound/public-holidays.ts';

const calendar: WorkingCalendar = { holidays: publicHolidays(''), workFrom: hours(9), workUntil: hours(18) };
const beijing = (time: string): number => Date.parse(`${time.replace(' ', 'T')}:00+08:00`);

describe('the public holidays of mainland China', () => {
  it('are known for 2026, with the working days exchanged for them', () => {
    expect(calendar.holidays.knownUntil).toBeGreaterThanOrEqual(2026);
    expect(['2026-01-02', '2026-02-23', '2026-04-06', '2026-05-05', '2026-06-19', '2026-09-25', '2026-10-07'].filter((day) => !calendar.holidays.daysOff.has(day))).toEqual([]);
    expect(['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'].filter((day) => !calendar.holidays.daysWorked.has(day))).toEqual([]);
    expect(calendar.holidays.daysWorked.has('2026-05-10')).toBe(false);
  });

  it('may be told of a year that is not known yet', () => {
    const more = publicHolidays('{"holidays": {"2027-01-01": "元旦"}, "workdays": {"2027-01-03": "元旦"}}');
    expect([more.knownUntil, more.daysOff.has('2027-01-01'), more.daysWorked.has('2027-01-03'), more.daysOff.has('2026-10-01')]).toEqual([2027, true, true, true]);
  });

  it('are not taken in another form', () => {
    expect(['', '{"holidays": {}, "workdays": {}}'].map(areHolidays)).toEqual([true, true]);
    expect(['{', '[]', '{"holidays": {}}', '{"holidays": {"1 October": 1}, "workdays": {}}', 'null'].map(areHolidays)).toEqual([false, false, false, false, false]);
  });

  it('never keep a question waiting for longer than whoever asked it waits, whichever day since 2004 it is asked', () => {
    const waits = [1, 9, 27, 90].map((approvalWithinWorkingHours) => {
      const most = longestWaitForApproval({ ...defaultPolicy, credit: { ...defaultPolicy.credit, approvalWithinWorkingHours } });
      let longest = 0;
      for (let at = beijing('2004-01-01 18:00'); at < beijing('2026-12-01 00:00'); at += days(1)) {
        longest = Math.max(longest, afterWorkingTime(calendar, at, hours(approvalWithinWorkingHours)).at - at);
      }
      return longest < most;
    });
    expect(waits).toEqual([true, true, true, true]);
  });
});
