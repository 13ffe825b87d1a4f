import { ZenEngine } from '@gorules/zen-engine';
import fc from 'fast-check';
import { compile } from './compile.ts';
import { facts, place, rest, rule, setOf } from './example.fixture.ts';
import { fromJdm, toJdm, toJdmFacts } from './jdm.ts';
import type { Rule, RuleSet } from './rule-set.ts';

const engine = new ZenEngine();
afterAll(() => { engine.dispose(); });

const days = fc.constantFrom('', '> 5', '>= 5', '< 5', '<= 5', '5', '!= 5', '[3..8]', '(3..8]', '[3..8)', '1, 3, > 8');
const amount = fc.constantFrom('', '> 0.05', '>= 10', '[-1.05..0.5]', '!= 0.1', '< -0.01');
const region = fc.constantFrom('', '"华东"', '!= "华东"', '"华东", "x y"', 'not in ["华东", "华南"]', 'in ["华南", "华北"]', '"华东", not in ["华东", "华南"]');
const tier = fc.constantFrom('', '"a"', '!= "a"', '"a", "c"');
const isNew = fc.constantFrom('', 'true', 'false');
const time = fc.constantFrom({ from: null, until: null }, { from: null, until: null }, { from: 5, until: null }, { from: null, until: 5 }, { from: 3, until: 8 });
const counts = fc.constantFrom<Rule['counts']>('now', 'when-placed');
const row = fc.record({ days, amount, region, tier, isNew, time, counts });
const sets = fc.array(row, { minLength: 1, maxLength: 6 }).map((rows): RuleSet =>
  setOf(...rows.map(({ time: { from, until }, counts: which, ...when }, index) => rule(`r${index}`, when, `says ${index}`, { from, until, counts: which })), rest));
const cases = fc.array(fc.record({
  days: fc.integer({ min: 0, max: 10 }), amount: fc.constantFrom(-106, -105, -1, 0, 5, 6, 10, 50, 51, 1_000), region: fc.constantFrom('华东', '华南', '华北', 'x y'),
  tier: fc.constantFrom('a', 'b', 'c'), isNew: fc.boolean(), now: fc.integer({ min: 0, max: 10 }), placedAt: fc.integer({ min: 0, max: 10 }),
}), { minLength: 5, maxLength: 10 });

describe('a set as a JDM decision', () => {
  it('means to GoRules what it means here', async () => {
    await fc.assert(fc.asyncProperty(sets, cases, async (set, all) => {
      const compiled = compile(place, set);
      if (!compiled.ok) throw new TypeError(JSON.stringify(compiled.problems));
      const theirs = engine.createDecision(Buffer.from(JSON.stringify(toJdm(place, set))));
      for (const { now, placedAt, ...one } of all) {
        const { said, rule: hit } = compiled.rules.decide(one, { now, placedAt });
        expect((await theirs.evaluate(toJdmFacts(place, one, { now, placedAt }))).result).toEqual({ ...said, rule: hit });
      }
    }), { numRuns: 150 });
  });

  it('says what is said otherwise in a last row of its own', async () => {
    const point = { ...place, otherwise: { say: 'nothing' } };
    const theirs = engine.createDecision(Buffer.from(JSON.stringify(toJdm(point, setOf(rule('late', { days: '> 45' }, 'ask'))))));
    expect((await theirs.evaluate(toJdmFacts(point, facts(), { now: 0, placedAt: 0 }))).result).toEqual({ say: 'nothing' });
  });

  it('gives the set back', () => {
    const set = setOf(rule('a', { days: '> 5', region: '"华东"' }, 'x', { from: 5, until: 9, counts: 'when-placed', tests: [{ given: facts(), expect: { say: 'x' } }] }), rest);
    expect(fromJdm(place, toJdm(place, set))).toEqual({ ok: true, set });
    expect(fromJdm({ ...place, otherwise: { say: 'no' } }, toJdm({ ...place, otherwise: { say: 'no' } }, set))).toEqual({ ok: true, set });
  });

  it('is refused when it is more than one table of this decision point', () => {
    const node = (type: string) => ({ id: type, type, name: type, content: {} });
    const problem = (json: unknown): string => {
      const read = fromJdm(place, json);
      return read.ok ? '' : read.problems.map(({ rule: id, field, problem: what }) => `${id}/${field}: ${what}`).join('; ');
    };
    expect(problem({ nodes: 'x' })).toContain('is no JDM decision: nodes');
    expect(problem({ nodes: [node('functionNode')], edges: [] })).toContain('has a functionNode');
    expect(problem({ nodes: [node('decisionNode')], edges: [] })).toContain('has a decisionNode');
    expect(problem({ nodes: [], edges: [] })).toContain('has 0 decision tables');
    const made = JSON.stringify(toJdm(place, setOf(rest)));
    expect(problem(JSON.parse(made.replace('"hitPolicy":"first"', '"hitPolicy":"collect"')))).toContain('hit policy collect');
    expect(problem(JSON.parse(made.replace('\\"rest\\"', '1 + 1')))).toBe('rest/say: 1 + 1 is no text; a text stands in double quotes');
  });
});
