import { pick } from './pick.ts';

it('gives the rows of these ids, and nothing for an id without one', () => {
  expect([...pick(new Map([['O1', 'held'], ['O2', 'refused']]), ['O2', 'O3', 'O2'])]).toEqual([['O2', 'refused']]);
});
