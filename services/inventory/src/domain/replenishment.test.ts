import type { Shelf } from './level.ts';
import { factsOf, suggest, watchSafety } from './replenishment.ts';

const shelf = (reserved: number, suggested: boolean): Shelf =>
  ({ sku: 'PEN', levels: [{ sku: 'PEN', warehouse: 'W1', onHand: 100, safetyStock: 20, reserved, suggested, changedAt: 0 }] });

describe('watching the safety level', () => {
  it('suggests 21 to fill up to twice the level of 20 when 19 are free', () => {
    const { crossed, shelf: watched } = watchSafety(shelf(81, false));
    expect(crossed.map((level) => suggest(level, { said: { fillTo: 200 }, rule: 'fill', hash: 'h' }))).toEqual([{ sku: 'PEN', warehouse: 'W1', free: 19, safetyStock: 20, suggested: 21, rule: 'fill', rulesHash: 'h' }]);
    expect(crossed.map(factsOf)).toEqual([{ sku: 'PEN', free: 19, safetyStock: 20 }]);
    expect(watched).toEqual(shelf(81, true));
  });

  it('stays silent at the level itself', () => {
    expect(watchSafety(shelf(80, false))).toEqual({ shelf: shelf(80, false), crossed: [] });
  });

  it('says it once, however far the stock falls', () => {
    expect(watchSafety(shelf(95, true))).toEqual({ shelf: shelf(95, true), crossed: [] });
  });

  it('is ready to say it again once the stock is back at the level', () => {
    expect(watchSafety(shelf(80, true))).toEqual({ shelf: shelf(80, false), crossed: [] });
  });
});
