import { testCases } from './cases.ts';
import { compile, type CompiledRules, type Problem } from './compile.ts';
import { factsFor } from './decision-point.ts';
import { facts, place, rest, rule, setOf } from './example.fixture.ts';
import { hashOf, MOST_RULES, readRuleSet, writeRuleSet, type RuleSet } from './rule-set.ts';

const ready = (set: RuleSet): CompiledRules => {
  const compiled = compile(place, set);
  if (!compiled.ok) throw new TypeError(JSON.stringify(compiled.problems));
  return compiled.rules;
};
const problemsOf = (set: RuleSet): readonly Problem[] => {
  const compiled = compile(place, set);
  return compiled.ok ? [] : compiled.problems;
};
const at = (now: number, placedAt = now) => ({ now, placedAt });

describe('deciding', () => {
  it('takes the first rule that holds in all its conditions', () => {
    const rules = ready(setOf(rule('east-late', { region: '"华东"', days: '> 45' }, 'ask'), rule('late', { days: '> 60' }, 'refuse'), rest));
    expect(rules.decide(facts({ days: 46 }), at(0))).toMatchObject({ said: { say: 'ask' }, rule: 'east-late' });
    expect(rules.decide(facts({ days: 61, region: '华北' }), at(0))).toMatchObject({ said: { say: 'refuse' }, rule: 'late' });
    expect(rules.decide(facts({ days: 45 }), at(0))).toEqual({ said: { say: 'rest' }, rule: 'rest', hash: rules.hash });
  });

  it('says what is said otherwise when none holds, and throws where something has to be said', () => {
    const late = setOf(rule('late', { days: '> 45' }, 'ask'));
    expect(() => ready(late).decide(facts(), at(0))).toThrow('no rule of example holds');
    const compiled = compile({ ...place, otherwise: { say: 'nothing' } }, late);
    expect(compiled.ok && compiled.rules.decide(facts(), at(0))).toMatchObject({ said: { say: 'nothing' }, rule: null });
  });

  it('leaves out a rule whose time has not come, or is over', () => {
    const rules = ready(setOf(rule('may', {}, 'may', { from: 100, until: 200 }), rest));
    expect([99, 100, 199, 200].map((now) => rules.decide(facts(), at(now)).rule)).toEqual(['rest', 'may', 'may', 'rest']);
  });

  it('keeps running orders with the rules they were placed under, where a rule says so', () => {
    const before = rule('before', {}, 'old', { until: 100, counts: 'when-placed' });
    const rules = ready(setOf(before, rule('after', {}, 'new', { from: 100, counts: 'when-placed' })));
    expect(rules.decide(facts(), at(500, 99)).rule).toBe('before');
    expect(rules.decide(facts(), at(500, 100)).rule).toBe('after');
  });

  it('takes what a field says for a fact that is not told: what was decided and tested before the field was there stays good', () => {
    const grown = { ...place, inputs: place.inputs.map((field) => (field.name === 'days' ? { ...field, untold: 50 } : field)) };
    const { days: _days, ...before } = facts();
    const compiled = compile(grown, setOf(rule('late', { days: '> 45' }, 'ask', { tests: [{ given: before, expect: { say: 'ask' } }] }), rest));
    expect(compiled.ok && [compiled.rules.decide(before, at(0)).rule, compiled.rules.decide(facts({ days: 45 }), at(0)).rule]).toEqual(['late', 'rest']);
    expect(testCases(grown, setOf(rule('late', {}, 'ask', { tests: [{ given: before, expect: {} }] })), 0)).toMatchObject([{ facts: { days: 50 } }]);
    expect(problemsOf(setOf(rule('late', {}, 'ask', { tests: [{ given: before, expect: {} }] })))).toMatchObject([{ field: 'tests.1' }]);
  });

  it('takes no fact that is none', () => {
    const rules = ready(setOf(rest));
    expect(() => rules.decide(facts({ days: 1.5 }), at(0))).toThrow('days must be a whole number (d) from 0 to 1000, got 1.5');
    expect(() => rules.decide({ days: 1 }, at(0))).toThrow('amount must be');
    expect(() => rules.decide(facts({ tier: 'z' }), at(0))).toThrow('tier must be one of a, b, c');
  });
});

describe('a set that is wrong', () => {
  it('is refused with every cell that is', () => {
    const wrong = setOf(rule('one', { days: '> x', colour: '1' }, 'a'), rule('one', {}, 'b', { then: { say: 5, more: 1 } }), rule('two', {}, 'c', { from: 2, until: 1, tests: [{ given: {}, expect: { no: 1 } }] }));
    const found = problemsOf(wrong).map((one) => `${one.rule} ${one.field}`);
    expect(found).toEqual(expect.arrayContaining(['one days', 'one colour', 'one null', 'one more', 'one say', 'two null', 'two tests.1']));
    expect(problemsOf({ point: 'other', rules: [] })).toMatchObject([{ rule: null, problem: 'is a set for other, not for example' }]);
  });
});

describe('the text of a set', () => {
  it('is the same for equal sets, and gives the set back', () => {
    const set = setOf(rule('a', { days: '> 1', region: '"华东"' }, 'x', { tests: [{ given: facts(), expect: { say: 'x' } }] }));
    const turned = setOf(rule('a', { region: '"华东"', days: '> 1' }, 'x', { tests: [{ given: facts(), expect: { say: 'x' } }] }));
    expect(writeRuleSet(turned)).toBe(writeRuleSet(set));
    expect(hashOf(turned)).toBe(hashOf(set));
    expect(readRuleSet(writeRuleSet(set))).toEqual({ ok: true, set });
    expect(hashOf(setOf(rule('a', { days: '> 2' }, 'x')))).not.toBe(hashOf(set));
  });

  it('is refused when it is none, with the place', () => {
    expect(readRuleSet('{')).toEqual({ ok: false, problems: ['a rule set is JSON, and this is none'] });
    const wrong = readRuleSet(JSON.stringify({ point: 'example', rules: [{ ...rest, id: 'A B' }] }));
    expect(wrong.ok ? [] : wrong.problems).toEqual(['rules.0.id: must be small letters, digits and hyphens']);
    const many = readRuleSet(JSON.stringify({ point: 'example', rules: Array.from({ length: MOST_RULES + 1 }, () => rest) }));
    expect(many.ok ? '' : many.problems[0]).toContain('rules:');
  });
});

describe('the facts of a decision point', () => {
  it('are the nearest that it knows, and missing where nothing is given', () => {
    expect(factsFor(place, { days: -3, amount: 10n ** 20n, region: 'x'.repeat(300), isNew: true })).toEqual({ days: 0, amount: 100_000, region: 'x'.repeat(200), isNew: true });
  });
});
