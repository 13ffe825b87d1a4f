import { fieldOf, jsonIn, listOf, textOf } from './answer.ts';

it('reads what a partner may have sent instead of JSON as nothing', () => {
  expect(jsonIn('{"code":0}')).toEqual({ code: 0 });
  for (const text of ['', '<html>', '{"code":', 'undefined']) expect(jsonIn(text)).toBeUndefined();
});

it.each([undefined, null, 'text', 5, [], { other: 1 }, { code: null }, { code: {} }])('finds neither text nor list in %j', (value) => {
  expect(textOf(value, 'code')).toBe('');
  expect(listOf(value, 'code')).toEqual([]);
});

it('takes a code written as a number or as text', () => {
  expect([textOf({ code: 0 }, 'code'), textOf({ code: 'A1000' }, 'code')]).toEqual(['0', 'A1000']);
  expect(fieldOf({ success: true }, 'success')).toBe(true);
  expect(listOf({ rows: [1, 2] }, 'rows')).toEqual([1, 2]);
});
