import fc from 'fast-check';
import { allowances } from './allowance.ts';

const NOW = 1_767_225_600_000;

describe('an allowance of 10 a second, 20 at once', () => {
  it('lets in 20 at once, and says when there is room for the next', () => {
    const doors = allowances({ perSecond: 10, atOnce: 20 }, 100);
    const said = Array.from({ length: 21 }, () => doors.use('shop', NOW));
    expect(said.slice(0, 20).map((one) => one.type === 'in' && one.left)).toEqual(Array.from({ length: 20 }, (_, index) => 19 - index));
    expect(said[20]).toEqual({ type: 'out', comeAgainIn: 100 });
    expect([doors.use('shop', NOW + 99), doors.use('shop', NOW + 100)]).toEqual([{ type: 'out', comeAgainIn: 1 }, { type: 'in', left: 0 }]);
  });

  it('is each one\'s own', () => {
    const doors = allowances({ perSecond: 10, atOnce: 1 }, 100);
    expect(['a', 'a', 'b'].map((name) => doors.use(name, NOW).type)).toEqual(['in', 'out', 'in']);
  });

  it('is not used up by looking, nor by whoever is refused', () => {
    const doors = allowances({ perSecond: 1, atOnce: 1 }, 100);
    expect([doors.look('a', NOW), doors.look('a', NOW), doors.use('a', NOW)].map(({ type }) => type)).toEqual(['in', 'in', 'in']);
    for (let times = 0; times < 50; times += 1) doors.use('a', NOW + 500);
    expect(doors.use('a', NOW + 1_000).type).toBe('in');
  });

  it('forgets whoever has not come for longest when there are too many', () => {
    const doors = allowances({ perSecond: 1, atOnce: 1 }, 3);
    for (const name of ['a', 'b', 'c', 'a', 'd']) doors.use(name, NOW);
    expect(['a', 'c', 'd', 'b'].map((name) => doors.look(name, NOW).type)).toEqual(['out', 'out', 'out', 'in']);
  });

  it('is never exceeded: in any span no more come in than at once, and at the pace for as long as it lasts', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 50 }), fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 300 }), (perSecond, atOnce, pauses) => {
      const doors = allowances({ perSecond, atOnce }, 10);
      let now = NOW;
      let came = 0;
      for (const pause of pauses) {
        now += pause;
        if (doors.use('a', now).type === 'in') came += 1;
        expect(came).toBeLessThanOrEqual(atOnce + ((now - NOW) * perSecond) / 1_000 + 1e-6);
      }
    }), { numRuns: 200 });
  });
});
