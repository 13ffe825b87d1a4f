import { Lately } from './lately.ts';

it('keeps the last ones', () => {
  const kept = new Lately<string, number>(2);
  kept.put('a', 1);
  kept.put('b', 2);
  expect([kept.get('a'), kept.get('b'), kept.get('c')]).toEqual([1, 2, undefined]);
  kept.put('c', 3);
  expect([kept.get('a'), kept.get('b'), kept.get('c')]).toEqual([undefined, 2, 3]);
});
