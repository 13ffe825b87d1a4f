import { defaultPolicy } from '@order-mesh/contracts';
import { carrierChoice, compile, creditControl, decideOn, decisionPoints, writeRuleSet, type CompiledRules, type Field, type Rule, type RuleSet, type Values } from '@order-mesh/rules';
import { memoryRuleBook } from './memory-rule-book.ts';
import { countUp, joined, nothingCounted, overheardBy, toldInFull, withNews, type Overheard, type Shadow, type Tally } from './shadow.ts';
import type { SimulatedPoint } from './simulation.ts';

const NOON = Date.UTC(2026, 5, 1, 4);

const rule = (id: string, when: Rule['when']): Rule =>
  ({ id, title: id, owner: 'finance', reason: 'a test', from: null, until: null, counts: 'now', when, then: { verdict: 'ask', because: 'overdue' }, tests: [] });

function ready(set: RuleSet): CompiledRules {
  const compiled = compile(creditControl, set);
  if (!compiled.ok) throw new TypeError(compiled.problems[0]?.problem);
  return compiled.rules;
}

const freezeAfter = (days: number): CompiledRules => ready({ point: creditControl.name, rules: [rule(`freeze-${days}`, { daysOverdue: `> ${days}` })] });
const tell: SimulatedPoint['tell'] = (facts, { said }) => ({ word: String(said['verdict']), amount: BigInt(Number(facts['amount'])), given: null });
const facts = (daysOverdue: number, amount = 100): Values => ({ customerId: 'C1', daysOverdue, amount, exposure: amount, limit: 1_000_000 });

/** What is overheard of rules while orders are decided, so many days overdue each. */
function overhear(live: CompiledRules, orders: Readonly<Record<string, number>>, until = NOON + 1): readonly Overheard[] {
  const all: Overheard[] = [];
  const rules = overheardBy((one) => { all.push(one); }, live, until);
  for (const [about, daysOverdue] of Object.entries(orders)) decideOn(rules, facts(daysOverdue), { now: NOON, placedAt: NOON, about });
  return all;
}

function tallied(overheard: readonly Overheard[], rules: CompiledRules): Tally {
  const counted = countUp(overheard, { rules, tell });
  if (!counted.ok) throw new TypeError(counted.why);
  return counted.tally;
}

describe('rules that are overheard', () => {
  it('decide as they would alone, and are heard until their shadow is over', () => {
    const live = freezeAfter(45);
    const heard: Overheard[] = [];
    const rules = overheardBy((one) => { heard.push(one); }, live, NOON + 1);
    const decide = (now: number) => decideOn(rules, facts(46), { now, placedAt: NOON, about: 'O1' });
    expect(decide(NOON)).toEqual(decideOn(live, facts(46), { now: NOON, placedAt: NOON }));
    expect(decide(NOON + 1)).toMatchObject({ rule: 'freeze-45' });
    expect(heard).toEqual([{ about: 'O1', record: { facts: facts(46), moment: { now: NOON, placedAt: NOON }, said: { verdict: 'ask', because: 'overdue' }, rule: 'freeze-45', hash: live.hash } }]);
  });

  it('are refused facts that are none, as they are alone', () => {
    const rules = overheardBy(() => {}, freezeAfter(45), NOON + 1);
    expect(() => rules.decide({}, { now: NOON, placedAt: NOON })).toThrow(RangeError);
  });
});

describe('counting what rules would have decided silently', () => {
  it('tells which orders would have come out otherwise, by which rules, over how much money', () => {
    const tally = tallied(overhear(freezeAfter(45), { O1: 0, O2: 31, O3: 45, O4: 46 }), freezeAfter(30));
    expect(tally).toEqual({
      decisions: 4, checked: 4, changed: 2,
      outcomes: [{ was: 'grant', would: 'grant', orders: 1, amount: '100' }, { was: 'grant', would: 'ask', orders: 2, amount: '200' }, { was: 'ask', would: 'ask', orders: 1, amount: '100' }],
      examples: [
        { orderId: 'O2', was: 'grant', would: 'ask', wasRule: null, rule: 'freeze-30', facts: facts(31) }, { orderId: 'O3', was: 'grant', would: 'ask', wasRule: null, rule: 'freeze-30', facts: facts(45) },
      ],
    });
  });

  it('shows ten examples at most, the first', () => {
    const orders = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`O${String(index).padStart(2, '0')}`, 40]));
    const tally = tallied(overhear(freezeAfter(45), orders), freezeAfter(30));
    const both = joined(tally, tally);
    expect([tally.examples.length, both.examples.length, both.examples.at(-1)?.orderId, both.changed]).toEqual([10, 10, 'O09', 60]);
  });

  it('adds tallies up to what one of all would be', () => {
    const [one, other] = [{ O1: 0, O2: 31 }, { O3: 46, O4: 44 }];
    const count = (orders: Readonly<Record<string, number>>): Tally => tallied(overhear(freezeAfter(45), orders), freezeAfter(30));
    expect(joined(count(one), count(other))).toEqual(count({ ...one, ...other }));
    expect(joined(nothingCounted, count(one))).toEqual(count(one));
  });

  it('says so when rules cannot decide, and never throws', () => {
    const broken = { set: { point: creditControl.name, rules: [] }, decide: () => { throw new RangeError('no rule holds'); } };
    expect(countUp(overhear(freezeAfter(45), { O1: 0 }), { rules: broken, tell })).toEqual({ ok: false, why: 'these rules cannot decide: no rule holds' });
  });

  it('gives up what would take too long, by the work and not by the time', () => {
    const many = ready({ point: creditControl.name, rules: Array.from({ length: 1_000 }, (_, index) => rule(`r${index}`, { daysOverdue: `> ${index}` })) });
    const [one] = overhear(freezeAfter(45), { O1: 46 });
    const batchOf = (decisions: number): readonly Overheard[] => Array.from({ length: decisions }, () => one!);
    expect(countUp(batchOf(10_001), { rules: many, tell })).toEqual({ ok: false, why: '10001 decisions at once are too many for 1000 rules that only look on' });
    expect(countUp(batchOf(10), { rules: many, tell })).toMatchObject({ ok: true });
  });

  it('names all that is said where a point has no other words, with the money it was told of', () => {
    const said = { product: 'freight', insured: true };
    expect(toldInFull(carrierChoice).tell({ value: 250 }, { said, rule: 'r' })).toEqual({ word: 'freight insured', amount: 250n, given: null });
    expect(toldInFull(carrierChoice).tell({}, { said: { ...said, insured: false }, rule: null })).toEqual({ word: 'freight', amount: 0n, given: null });
  });
});

describe('a shadow', () => {
  it.each([...decisionPoints.values()].map((point) => [point.name, point] as const))('runs at %s', async (name, point) => {
    const book = memoryRuleBook({ points: [...decisionPoints.values()], policy: defaultPolicy });
    const tx = { kind: 'memory' };
    const examples = (fields: readonly Field[]): Values => Object.fromEntries(fields.map((field) => [field.name, field.example]));
    const set: RuleSet = { point: name, rules: [{ ...rule('always', {}), then: examples(point.outputs) }] };
    await book.shadows.learn(tx, [{
      slot: `shadow:${name}`, point: name, shadowId: 's1', changeId: 'c1', hash: '', content: writeRuleSet(set), author: 'a', since: NOON, until: NOON + 10, endedBecause: '', at: NOON,
    }]);
    const rules = await book.at(tx, point);
    expect(rules.decide(examples(point.inputs), { now: NOON, placedAt: NOON, about: 'O1' }).rule).not.toBe('always');
    expect(await book.shadows.news(tx, NOON)).toMatchObject([{ point: name, decisions: 1, checked: 1, endedBecause: null }]);
  });
});

describe('what there is to tell of a shadow', () => {
  const shadow: Shadow = { ...nothingCounted, shadowId: 's1', changeId: 'c1', point: creditControl.name, since: NOON, until: NOON + 10, endedBecause: null };
  const tally: Tally = { ...nothingCounted, decisions: 2, checked: 2, changed: 1 };
  const untold = { now: NOON, isEndTold: false };

  it('is nothing until something was counted', () => {
    expect(withNews(shadow, [], untold)).toBeNull();
    expect(withNews(shadow, [tally, tally], untold)).toMatchObject({ decisions: 4, checked: 4, changed: 2, endedBecause: null });
  });

  it('is its end, once, and what was still counted after it', () => {
    expect(withNews(shadow, [], { ...untold, now: NOON + 10 })).toMatchObject({ endedBecause: 'over' });
    const stopped: Shadow = { ...shadow, endedBecause: 'stopped' };
    expect(withNews(stopped, [], untold)).toMatchObject({ endedBecause: 'stopped' });
    expect(withNews(stopped, [], { ...untold, isEndTold: true })).toBeNull();
    expect(withNews(stopped, [tally], { ...untold, isEndTold: true })).toMatchObject({ decisions: 2, endedBecause: 'stopped' });
  });
});
