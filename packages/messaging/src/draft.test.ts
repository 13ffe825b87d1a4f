import { draftOf } from './draft.ts';

it('shows a later message what an earlier one of its batch wrote', () => {
  const draft = draftOf(new Map([['O1', 'held']]));
  expect(draft.get('O1')).toBe('held');
  draft.put('O1', 'released');
  expect(draft.get('O1')).toBe('released');
  expect(draft.get('O2')).toBeUndefined();
});

it('gives for saving only what was written, each row once and as it was left', () => {
  const draft = draftOf(new Map([['O1', 'held'], ['O2', 'held']]));
  draft.put('O1', 'frozen');
  draft.put('O1', 'released');
  draft.put('O3', 'held');
  expect(draft.written()).toEqual(['released', 'held']);
});
