import fc from 'fast-check';
import { LONGEST_CELL, readCell } from './cell.ts';
import type { Field, Value } from './field.ts';
import { both, either, includes, isEmpty, someOf, without, type Reach } from './reach.ts';
import { place } from './example.fixture.ts';

const field = (name: string): Field => {
  const found = place.inputs.find((one) => one.name === name);
  if (!found) throw new TypeError(name);
  return found;
};

const reachOf = (name: string, cell: string): Reach => {
  const read = readCell(field(name), cell);
  if (!read.ok) throw new TypeError(read.problem);
  return read.reach;
};
const problemOf = (name: string, cell: string): string => {
  const read = readCell(field(name), cell);
  return read.ok ? 'none' : read.problem;
};
const lets = (name: string, cell: string, ...values: readonly Value[]): readonly boolean[] => values.map((value) => includes(reachOf(name, cell), value));

describe('a cell', () => {
  it('compares numbers, at their edges', () => {
    expect(lets('days', '> 45', 45, 46)).toEqual([false, true]);
    expect(lets('days', '>= 45', 44, 45)).toEqual([false, true]);
    expect(lets('days', '<45', 44, 45)).toEqual([true, false]);
    expect(lets('days', '<= 45', 45, 46)).toEqual([true, false]);
    expect(lets('days', '45', 44, 45)).toEqual([false, true]);
    expect(lets('days', '!= 45', 44, 45)).toEqual([true, false]);
    expect(lets('days', '[10..20)', 9, 10, 19, 20)).toEqual([false, true, true, false]);
    expect(lets('days', '(10..20]', 10, 11, 20, 21)).toEqual([false, true, true, false]);
    expect(lets('days', '1, 3, > 900', 1, 2, 3, 901)).toEqual([true, false, true, true]);
  });

  it('counts money in fen and reads it in yuan', () => {
    expect(lets('amount', '>= 200', 19_999, 20_000)).toEqual([false, true]);
    expect(lets('amount', '[-1.05..0.5]', -106, -105, 50, 51)).toEqual([false, true, true, false]);
  });

  it('knows texts, choices and flags', () => {
    expect(lets('region', '"华东", "华南"', '华东', '华南', '华北')).toEqual([true, true, false]);
    expect(lets('region', 'not in ["华东", "华南"]', '华东', '华北')).toEqual([false, true]);
    expect(lets('region', '!= "华东"', '华东', '华北')).toEqual([false, true]);
    expect(lets('region', 'in ["a,b", "c"]', 'a,b', 'a', 'c')).toEqual([true, false, true]);
    expect(lets('tier', '!= "a"', 'a', 'b', 'c')).toEqual([false, true, true]);
    expect(lets('isNew', 'true', true, false)).toEqual([true, false]);
  });

  it('holds for anything when it is empty', () => {
    expect(lets('days', '', 0, 1_000)).toEqual([true, true]);
    expect(lets('region', ' - ', '华东', '')).toEqual([true, true]);
  });

  it('says what is wrong with it', () => {
    expect(problemOf('days', '> 4.5')).toContain('finer than a whole number');
    expect(problemOf('amount', '> 1.005')).toContain('finer than 2 decimals');
    expect(problemOf('days', '> "a"')).toContain('is not a number; write for instance');
    expect(problemOf('days', '[20..10]')).toContain('holds no number at all');
    expect(problemOf('region', '华东')).toContain('is not a text in double quotes');
    expect(problemOf('tier', '"z"')).toBe('"z" is none of a, b, c');
    expect(problemOf('isNew', 'yes')).toBe('"yes" is neither true nor false');
    expect(problemOf('region', '"华东')).toContain('never closed');
    expect(problemOf('days', 'x'.repeat(LONGEST_CELL + 1))).toContain('longer than');
    expect(problemOf('days', Array.from({ length: 101 }, (_, index) => index).join(','))).toContain('more than 100 alternatives');
  });
});

describe('S15: a cell, whatever is written into it,', () => {
  it('runs nothing of it', () => {
    const hostile = [
      'process.exit()', '$ > 5', 'len(days)', 'constructor', '__proto__', '[[[[', '((((', '${1}', '1; 2', 'days == days', 'true or true', '> 1e9', '> 0x10', '"a" + "b"', '> NaN', '> Infinity',
      '`a`', '"\\u0000"', '[1..', '..', ',', ', ,', 'not in', 'not in []', '"', '>>', '--1', '9'.repeat(30), '[1...2]', 'filter([1], true)', 'd("2026-01-01")', '> -', '!', '1..2',
    ];
    for (const cell of hostile) for (const { name } of place.inputs) expect([cell, name, problemOf(name, cell)]).not.toEqual([cell, name, 'none']);
  });

  it('answers anything at all, soon', () => {
    const letters = fc.string({ unit: fc.constantFrom('[', ']', '(', ')', '"', ',', '.', '1', '>', '<', '=', '!', ' ', 'not in', 'a'), maxLength: 300 });
    fc.assert(fc.property(letters, fc.constantFrom(...place.inputs), (cell, one) => {
      expect(typeof readCell(one, cell).ok).toBe('boolean');
    }), { numRuns: 500 });
  });
});

const number = fc.integer({ min: 0, max: 30 });
const numberCell = fc.array(fc.oneof(
  fc.tuple(fc.constantFrom('>', '>=', '<', '<=', '!=', ''), number).map(([operator, edge]) => `${operator} ${edge}`),
  fc.tuple(fc.constantFrom('[', '('), number, fc.integer({ min: 2, max: 10 }), fc.constantFrom(']', ')')).map(([opens, from, more, closes]) => `${opens}${from}..${from + more}${closes}`),
), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(', '));
const text = fc.constantFrom('x', 'y', 'z');
const textCell = fc.oneof(text.map((one) => `"${one}"`), text.map((one) => `!= "${one}"`), fc.uniqueArray(text, { minLength: 1 }).map((all) => `not in [${all.map((one) => `"${one}"`).join(', ')}]`));

describe('what cells let through', () => {
  const laws = (one: Reach, other: Reach, value: Value): void => {
    const [a, b] = [includes(one, value), includes(other, value)];
    expect([includes(both(one, other), value), includes(either(one, other), value), includes(without(one, other), value)]).toEqual([a && b, a || b, a && !b]);
    const some = someOf(one, value);
    expect(some === undefined ? isEmpty(one) : includes(one, some)).toBe(true);
  };

  it('adds up as sets do', () => {
    fc.assert(fc.property(numberCell, numberCell, number, (one, other, value) => { laws(reachOf('days', one), reachOf('days', other), value); }));
    fc.assert(fc.property(textCell, textCell, fc.constantFrom('x', 'y', 'z', 'other'), (one, other, value) => { laws(reachOf('region', one), reachOf('region', other), value); }));
  });
});
