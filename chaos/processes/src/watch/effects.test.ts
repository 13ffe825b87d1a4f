import { changedEffects } from './effects.ts';

describe('effects', () => {
  it('are told when they differ', () => {
    expect(changedEffects(new Map([['orders', '3 rows, a'], ['stock locks', '2 rows, b']]), new Map([['orders', '4 rows, c'], ['stock locks', '2 rows, b']]))).toEqual(['orders: 3 rows, a before, 4 rows, c after']);
  });

  it('that could not be read are not taken for unchanged', () => {
    expect(changedEffects(new Map([['orders', 'unreadable']]), new Map([['orders', 'unreadable']]))).toEqual(['orders: unreadable before, unreadable after']);
  });
});
