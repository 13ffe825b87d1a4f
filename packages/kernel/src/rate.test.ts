import { rateOver } from './rate.ts';
import { seconds } from './time.ts';

const START = 1_000_000;

describe('a rate', () => {
  it('is what happened a second over its window', () => {
    const rate = rateOver(seconds(10));
    for (let second = 0; second < 20; second += 1) rate.add(50, START + seconds(second));
    expect(rate.perSecond(START + seconds(19))).toBe(50);
  });

  it('is measured over what has passed while that is less than the window, but never over less than a second', () => {
    const rate = rateOver(seconds(10));
    rate.add(300, START);
    expect(rate.perSecond(START + 1)).toBe(300);
    expect(rate.perSecond(START + seconds(3))).toBe(100);
  });

  it('falls to 0 when nothing happens, and begins anew', () => {
    const rate = rateOver(seconds(10));
    rate.add(300, START);
    expect(rate.perSecond(START + seconds(60))).toBe(0);
    rate.add(20, START + seconds(100));
    expect(rate.perSecond(START + seconds(102))).toBe(10);
  });
});
