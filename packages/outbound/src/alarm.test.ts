import { jest } from '@jest/globals';
import { Alarm } from './alarm.ts';

beforeEach(() => { jest.useFakeTimers({ now: 0 }); });
afterEach(() => { jest.useRealTimers(); });

function alarm() {
  const rung: number[] = [];
  return { rung, alarm: new Alarm({ now: () => Date.now() }, () => void rung.push(Date.now())) };
}

it('rings once, at the earliest moment it was set for', () => {
  const { alarm: one, rung } = alarm();
  for (const wait of [800, 50, 300]) one.setIn(wait);
  jest.advanceTimersByTime(2_000);
  expect(rung).toEqual([50]);
});

it('can be set again once it has rung, and cleared', () => {
  const { alarm: one, rung } = alarm();
  one.setIn(50);
  jest.advanceTimersByTime(100);
  one.setIn(50);
  jest.advanceTimersByTime(100);
  one.setIn(50);
  one.clear();
  jest.advanceTimersByTime(100);
  expect(rung).toEqual([50, 150]);
});
