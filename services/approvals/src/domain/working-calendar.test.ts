import fc from 'fast-check';
import { hours, minutes } from '@order-mesh/kernel';
import { afterWorkingTime, type WorkingCalendar } from './working-calendar.ts';

/** 2026: Spring Festival is off from 15 to 23 February, and Saturdays 14 and 28 are worked for it. */
const calendar: WorkingCalendar = {
  holidays: {
    daysOff: new Set([15, 16, 17, 18, 19, 20, 21, 22, 23].map((day) => `2026-02-${day}`)),
    daysWorked: new Set(['2026-02-14', '2026-02-28']),
    knownUntil: 2026,
  },
  workFrom: hours(9), workUntil: hours(18),
};

const beijing = (time: string): number => Date.parse(`${time.replace(' ', 'T')}:00+08:00`);
const shown = (at: number): string => new Date(at + hours(8)).toISOString().slice(0, 16).replace('T', ' ');
const after = (time: string, length: number): string => shown(afterWorkingTime(calendar, beijing(time), length).at);

describe('working time', () => {
  it('passes between nine and six, and goes on the next morning', () => {
    expect(after('2026-03-03 10:00', hours(4))).toBe('2026-03-03 14:00');
    expect(after('2026-03-03 16:00', hours(9))).toBe('2026-03-04 16:00');
    expect(after('2026-03-03 09:00', hours(9))).toBe('2026-03-03 18:00');
    expect(after('2026-03-03 09:00', hours(9) + minutes(1))).toBe('2026-03-04 09:01');
  });

  it('begins in the morning for what is asked at night, and on Monday for what is asked at the weekend', () => {
    expect(after('2026-03-03 05:00', hours(1))).toBe('2026-03-03 10:00');
    expect(after('2026-03-03 18:00', hours(1))).toBe('2026-03-04 10:00');
    expect(after('2026-03-06 17:00', hours(2))).toBe('2026-03-09 10:00');
    expect(after('2026-03-07 12:00', hours(2))).toBe('2026-03-09 11:00');
  });

  it('stands still over Spring Festival, and passes on the Saturdays worked for it', () => {
    expect(after('2026-02-13 17:00', hours(9))).toBe('2026-02-14 17:00');
    expect(after('2026-02-14 17:00', hours(2))).toBe('2026-02-24 10:00');
    expect(after('2026-02-27 17:00', hours(2))).toBe('2026-02-28 10:00');
  });

  it('says so when it counts in a year whose holidays nobody has told', () => {
    expect(afterWorkingTime(calendar, beijing('2026-12-31 09:00'), hours(9)).isSure).toBe(true);
    expect(afterWorkingTime(calendar, beijing('2026-12-31 09:00'), hours(10))).toEqual({ at: beijing('2027-01-01 10:00'), isSure: false });
  });

  it('adds up: what is counted in two parts ends where it ends at once', () => {
    const start = beijing('2026-02-09 00:00');
    fc.assert(fc.property(fc.nat(minutes(40_000)), fc.nat(hours(60)), fc.nat(hours(60)), (offset, one, other) => {
      const [from, ofLength] = [start + offset, (begin: number, length: number) => afterWorkingTime(calendar, begin, length).at];
      expect(ofLength(from, one + other)).toBeGreaterThanOrEqual(ofLength(from, one));
      expect(ofLength(ofLength(from, one + 1), other + 1)).toBe(ofLength(from, one + other + 2));
    }));
  });
});
