import fc from 'fast-check';
import { compile } from './compile.ts';
import { conflictsIn, type Conflict } from './conflicts.ts';
import { facts, place, rest, rule, setOf } from './example.fixture.ts';
import type { Rule } from './rule-set.ts';

const NOW = 1_000;
const found = (...rules: readonly Rule[]): readonly Conflict[] => conflictsIn(place, setOf(...rules), NOW).filter(({ kind }) => kind !== 'untested');
const kinds = (...rules: readonly Rule[]): readonly string[] => found(...rules).map(({ kind, rules: names }) => [kind, ...names].join(' '));

/** Pairs that people write by mistake: what they are, the rules, and what has to be found. */
const PLANTED: readonly (readonly [what: string, rules: readonly Rule[], finds: string])[] = [
  ['the same condition twice', [rule('a', { days: '> 5' }, 'x'), rule('b', { days: '> 5' }, 'y'), rest], 'unreachable b a'],
  ['a narrower range behind a wider one', [rule('a', { days: '> 5' }, 'x'), rule('b', { days: '> 10' }, 'y'), rest], 'unreachable b a'],
  ['a range within an interval', [rule('a', { days: '[1..20]' }, 'x'), rule('b', { days: '[5..6]' }, 'y'), rest], 'unreachable b a'],
  ['a value within a range', [rule('a', { days: '<= 20' }, 'x'), rule('b', { days: '20' }, 'y'), rest], 'unreachable b a'],
  ['a range that two before cover together', [rule('a', { days: '<= 20' }, 'x'), rule('b', { days: '> 20' }, 'y'), rule('c', { days: '[10..30]' }, 'z')], 'unreachable c a, b'],
  ['neighbouring whole numbers that leave nothing between', [rule('a', { days: '< 10' }, 'x'), rule('b', { days: '> 9' }, 'y'), rest], 'unreachable rest a, b'],
  ['anything before something', [rule('a', {}, 'x'), rule('b', { region: '"华东"' }, 'y')], 'unreachable b a'],
  ['a text among listed ones', [rule('a', { region: '"华东", "华南"' }, 'x'), rule('b', { region: '"华南"' }, 'y'), rest], 'unreachable b a'],
  ['a text that is not among the excluded', [rule('a', { region: 'not in ["华北"]' }, 'x'), rule('b', { region: '"华东"' }, 'y'), rest], 'unreachable b a'],
  ['all choices one by one', [rule('a', { tier: '"a"' }, 'x'), rule('b', { tier: '"b", "c"' }, 'y'), rest], 'unreachable rest a, b'],
  ['both sides of a flag', [rule('a', { isNew: 'true' }, 'x'), rule('b', { isNew: 'false' }, 'y'), rest], 'unreachable rest a, b'],
  ['a condition more behind one less', [rule('a', { days: '> 5' }, 'x'), rule('b', { days: '> 5', isNew: 'true' }, 'y'), rest], 'unreachable b a'],
  ['a time within a longer time', [rule('a', {}, 'x', { from: 0 }), rule('b', {}, 'y', { from: 2_000, until: 3_000 })], 'unreachable b a'],
  ['ranges that overlap', [rule('a', { days: '[0..20]' }, 'x'), rule('b', { days: '[10..30]' }, 'y'), rest], 'contradiction b a'],
  ['two different conditions', [rule('a', { days: '> 5' }, 'x'), rule('b', { region: '"华东"' }, 'y'), rest], 'contradiction b a'],
  ['an amount from and a region', [rule('a', { amount: '>= 200' }, 'x'), rule('b', { region: '"华东"', isNew: 'true' }, 'y'), rest], 'contradiction b a'],
  ['lists that share a text', [rule('a', { region: '"华东", "华南"' }, 'x'), rule('b', { region: '"华南", "华北"' }, 'y'), rest], 'contradiction b a'],
  ['excluded texts that leave some to both', [rule('a', { region: '!= "华东"' }, 'x'), rule('b', { region: '!= "华南"' }, 'y'), rest], 'contradiction b a'],
  ['times that overlap', [rule('a', {}, 'x', { from: 0, until: 3_000 }), rule('b', {}, 'y', { from: 2_000, until: 4_000 }), rest], 'contradiction b a'],
  ['a time and a condition', [rule('a', { days: '> 5' }, 'x'), rule('b', {}, 'y', { from: 2_000, until: 4_000 }), rest], 'contradiction b a'],
  ['the time of the order and the time of the decision', [rule('a', {}, 'x', { from: 2_000, counts: 'when-placed' }), rule('b', {}, 'y', { until: 4_000 }), rest], 'contradiction b a'],
  ['the same said twice', [rule('a', { days: '> 20' }, 'x'), rule('b', { days: '> 10' }, 'x'), rest], 'pointless a'],
  ['what is said anyway', [rule('a', { days: '> 20' }, 'rest'), rest], 'pointless a'],
  ['an open end above', [rule('a', { days: '<= 20' }, 'x')], 'gap'],
  ['a hole between two ranges', [rule('a', { days: '< 10' }, 'x'), rule('b', { days: '> 10' }, 'y')], 'gap'],
  ['a choice forgotten', [rule('a', { tier: '"a"' }, 'x'), rule('b', { tier: '"b"' }, 'y')], 'gap'],
  ['texts that nobody listed', [rule('a', { region: '"华东"' }, 'x'), rule('b', { region: '"华南"' }, 'y')], 'gap'],
  ['a time after which nothing is said', [rule('a', {}, 'x', { until: 5_000 })], 'gap'],
  ['a test that says otherwise', [rule('a', { days: '> 20' }, 'x', { tests: [{ given: facts({ days: 20 }), expect: { say: 'x' } }] }), rest], 'test-fails a'],
  ['a test for which nothing is said', [rule('a', { days: '> 20' }, 'x', { tests: [{ given: facts({ days: 20 }), expect: { say: 'x' } }] })], 'test-fails a'],
  ['a time that is over', [rule('a', {}, 'x', { until: 500 }), rest], 'over a'],
];

describe('conflicts', () => {
  it.each(PLANTED)('are found: %s', (_, rules, finds) => {
    const [kind = '', names = ''] = finds.split(/ (.*)/s);
    expect(kinds(...rules)).toContain([kind, ...names.split(', ')].join(' ').trim());
  });

  it('are not seen where there are none', () => {
    expect(kinds(rule('a', { days: '> 60' }, 'refuse'), rule('b', { days: '> 45' }, 'ask'), rest)).toEqual([]);
    expect(kinds(rule('a', { region: '"华东"', days: '> 60' }, 'x'), rule('b', { days: '> 60' }, 'y'), rest)).toEqual([]);
    expect(kinds(rule('a', {}, 'x', { until: 2_000, counts: 'when-placed' }), rule('b', {}, 'y', { from: 2_000, counts: 'when-placed' }))).toEqual([]);
    expect(conflictsIn(place, setOf({ ...rest, tests: [{ given: facts(), expect: { say: 'rest' } }] }), NOW)).toEqual([]);
  });

  it('names a rule without a test', () => {
    expect(conflictsIn(place, setOf(rest), NOW)).toEqual([{ kind: 'untested', rules: ['rest'], example: null, detail: 'has no test' }]);
  });

  it('gives up on a set that splits the cases into too many parts, and says so', () => {
    const many = Array.from({ length: 100 }, (_, index) => rule(`r${index}`, { days: `${index * 3}`, amount: `${index * 3}`, region: `"${index}"`, tier: '"a"', isNew: 'true' }, `s${index}`));
    expect(['too-entangled', 'none']).toContain(found(...many, rest)[0]?.kind ?? 'none');
    const crossed = Array.from({ length: 150 }, (_, index) => rule(`r${index}`, { days: `[${index}..${index + 500}]`, amount: `[${150 - index}..${900 - index}]` }, `s${index % 3}`));
    expect(found(...crossed).map(({ kind }) => kind)).toEqual(['too-entangled']);
  });
});

const cellOf = { days: fc.constantFrom('', '> 5', '<= 5', '[3..8]', '5'), region: fc.constantFrom('', '"x"', '!= "x"', '"x", "y"'), tier: fc.constantFrom('', '"a"', '!= "a"'), isNew: fc.constantFrom('', 'true') };
const anyRule = fc.record({ ...cellOf, say: fc.constantFrom('p', 'q') });
const anyFacts = fc.record({ days: fc.integer({ min: 0, max: 10 }), amount: fc.constant(0), region: fc.constantFrom('x', 'y', 'z'), tier: fc.constantFrom('a', 'b', 'c'), isNew: fc.boolean() });

describe('what is found is so', () => {
  const setFrom = (all: readonly { readonly days: string; readonly region: string; readonly tier: string; readonly isNew: string; readonly say: string }[]) =>
    setOf(...all.map(({ say, ...when }, index) => rule(`r${index}`, when, say)));
  const deciderOf = (set: ReturnType<typeof setOf>) => {
    const compiled = compile({ ...place, otherwise: { say: 'none' } }, set);
    if (!compiled.ok) throw new TypeError('a set that can be read');
    return compiled.rules;
  };

  it('decides by no rule that is called unreachable, and leaves a gap only where nothing is said', () => {
    fc.assert(fc.property(fc.array(anyRule, { minLength: 1, maxLength: 5 }), fc.array(anyFacts, { minLength: 20, maxLength: 20 }), (all, cases) => {
      const set = setFrom(all);
      const conflicts = conflictsIn(place, set, NOW);
      const unreachable = new Set(conflicts.flatMap(({ kind, rules: [first = ''] }) => (kind === 'unreachable' ? [first] : [])));
      const hasGap = conflicts.some(({ kind }) => kind === 'gap');
      for (const one of cases) {
        const { rule: hit } = deciderOf(set).decide(one, { now: NOW, placedAt: NOW });
        expect(hit === null ? hasGap : !unreachable.has(hit)).toBe(true);
      }
    }));
  });

  it('shows each by an example that is one', () => {
    fc.assert(fc.property(fc.array(anyRule, { minLength: 1, maxLength: 5 }), (all) => {
      const set = setFrom(all);
      for (const { kind, rules: [first = '', second = ''], example } of conflictsIn(place, set, NOW)) {
        if (!example) continue;
        const { rule: hit } = deciderOf(set).decide(example.facts, example.moment);
        if (kind === 'gap') expect(hit).toBeNull();
        if (kind === 'pointless') expect(hit).toBe(first);
        if (kind === 'contradiction') {
          expect(hit).toBe(second);
          expect(deciderOf({ ...set, rules: set.rules.filter(({ id }) => id === first) }).decide(example.facts, example.moment).rule).toBe(first);
        }
      }
    }));
  });

  it('calls a rule pointless only when nothing changes without it', () => {
    fc.assert(fc.property(fc.array(anyRule, { minLength: 1, maxLength: 5 }), fc.array(anyFacts, { minLength: 20, maxLength: 20 }), (all, cases) => {
      const set = setFrom(all);
      for (const { kind, rules: [first = ''] } of conflictsIn(place, set, NOW)) {
        if (kind !== 'pointless' && kind !== 'unreachable') continue;
        const less = { ...set, rules: set.rules.filter(({ id }) => id !== first) };
        for (const one of cases) expect(deciderOf(less).decide(one, { now: NOW, placedAt: NOW }).said).toEqual(deciderOf(set).decide(one, { now: NOW, placedAt: NOW }).said);
      }
    }));
  });
});
