import { Lately, type Instant } from '@order-mesh/kernel';
import { readCell } from './cell.ts';
import { told, type DecisionPoint } from './decision-point.ts';
import { whyNot, type Field, type Value, type Values } from './field.ts';
import { includes, type Reach } from './reach.ts';
import { hashOf, readRuleSet, type Rule, type RuleSet } from './rule-set.ts';

/** What is wrong with a set, and in which cell. */
export interface Problem {
  /** Null when it is about the set as a whole. */
  readonly rule: string | null;
  /** The input or output; `tests.1` for a test; null when it is about the rule as a whole. */
  readonly field: string | null;
  readonly problem: string;
}

/** When a decision is made. */
export interface Moment {
  readonly now: Instant;
  /** When the order was placed that it is about; the same as `now` where it is about none. */
  readonly placedAt: Instant;
}

/** A moment, and what the decision is about. */
export interface Occasion extends Moment {
  /** An order, a SKU: for whoever listens; rules are not told, and it is not kept. */
  readonly about?: string;
}

/** What was decided, and by what: put to the same rules again, the same facts are decided the same. */
export interface Decision {
  readonly said: Values;
  /** The rule that decided; null when none held. */
  readonly rule: string | null;
  /** Of the set that was in force. */
  readonly hash: string;
}

/** A set made ready to decide by. */
export interface CompiledRules {
  readonly point: DecisionPoint;
  readonly set: RuleSet;
  readonly hash: string;
  /** Decides on facts, which are whole units by input. Throws a RangeError that names the input when one is missing or none of its kind. */
  decide(facts: Values, occasion: Occasion): Decision;
}

/** A rule with its conditions read. */
export interface ReadRule {
  readonly rule: Rule;
  /** Conditions that say something, by input. */
  readonly reach: ReadonlyMap<string, Reach>;
}

export type Compiled = { readonly ok: true; readonly rules: CompiledRules } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Makes a set ready. Refuses one in which a cell is wrong, naming each. */
export function compile(point: DecisionPoint, set: RuleSet): Compiled {
  const { rows, problems } = readRules(point, set);
  if (problems.length > 0) return { ok: false, problems };
  const hash = hashOf(set);
  return {
    ok: true,
    rules: {
      point, set, hash,
      decide(given, moment) {
        const facts = told(point, given);
        for (const field of point.inputs) guard(field, facts[field.name]);
        const hit = rows.find((row) => isInForce(row.rule, moment) && holds(row, facts));
        const said = hit?.rule.then ?? point.otherwise;
        if (!said) throw new RangeError(`no rule of ${point.name} holds for ${JSON.stringify(facts)}`);
        return { said, rule: hit?.rule.id ?? null, hash };
      },
    },
  };
}

/** So many sets a process keeps ready. */
const MOST_READY = 64;
const ready = new Lately<string, CompiledRules>(MOST_READY);

/** Makes a set ready as it is kept and sent; a text that was made ready lately is not read again. */
export function compileText(point: DecisionPoint, content: string): Compiled {
  const kept = ready.get(content);
  if (kept?.point === point) return { ok: true, rules: kept };
  const read = readRuleSet(content);
  if (!read.ok) return { ok: false, problems: read.problems.map((problem) => ({ rule: null, field: null, problem })) };
  const compiled = compile(point, read.set);
  if (compiled.ok) ready.put(content, compiled.rules);
  return compiled;
}

/** Reads every cell of a set; what is wrong is told cell by cell. */
export function readRules(point: DecisionPoint, set: RuleSet): { readonly rows: readonly ReadRule[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = set.point === point.name ? [] : [{ rule: null, field: null, problem: `is a set for ${set.point}, not for ${point.name}` }];
  const known = new Set<string>();
  const rows = set.rules.map((rule) => {
    const at = (field: string | null, problem: string): void => { problems.push({ rule: rule.id, field, problem }); };
    if (known.has(rule.id)) at(null, 'another rule of the set has the same id');
    known.add(rule.id);
    if (rule.from !== null && rule.until !== null && rule.from >= rule.until) at(null, 'ends before it begins');
    return { rule, reach: readConditions(point, rule, at) };
  });
  return { rows, problems };
}

type Tell = (field: string | null, problem: string) => void;

function readConditions({ inputs, outputs }: DecisionPoint, rule: Rule, tell: Tell): ReadonlyMap<string, Reach> {
  const reach = new Map<string, Reach>();
  for (const [name, cell] of Object.entries(rule.when)) {
    const field = inputs.find((one) => one.name === name);
    const read = field && readCell(field, cell);
    if (!field || !read) tell(name, `is no input; there are ${namesOf(inputs)}`);
    else if (!read.ok) tell(name, read.problem);
    else if (cell.trim() !== '' && cell.trim() !== '-') reach.set(name, read.reach);
  }
  for (const name of Object.keys(rule.then)) if (!outputs.some((one) => one.name === name)) tell(name, `is no output; there are ${namesOf(outputs)}`);
  for (const field of outputs) {
    const why = whyNot(field, rule.then[field.name]);
    if (why !== null) tell(field.name, why);
  }
  rule.tests.forEach(({ given, expect }, index) => {
    for (const field of inputs) checkTest(field, given[field.name], (why) => { tell(`tests.${index + 1}`, `given ${field.name} ${why}`); });
    for (const name of Object.keys(given)) if (!inputs.some((one) => one.name === name)) tell(`tests.${index + 1}`, `${name} is no input`);
    for (const name of Object.keys(expect)) if (!outputs.some((one) => one.name === name)) tell(`tests.${index + 1}`, `${name} is no output`);
  });
  return reach;
}

function checkTest(field: Field, value: Value | undefined, tell: (why: string) => void): void {
  const why = whyNot(field, value);
  if (why !== null && (value !== undefined || field.untold === undefined)) tell(why);
}

export const isInForce = ({ from, until, counts }: Rule, { now, placedAt }: Moment): boolean => {
  const at = counts === 'now' ? now : placedAt;
  return (from === null || at >= from) && (until === null || at < until);
};

function holds({ reach }: ReadRule, facts: Values): boolean {
  for (const [name, allowed] of reach) {
    const fact = facts[name];
    if (fact === undefined || !includes(allowed, fact)) return false;
  }
  return true;
}

function guard(field: Field, fact: Value | undefined): void {
  const why = whyNot(field, fact);
  if (why !== null) throw new RangeError(`${field.name} ${why}, got ${String(fact)}`);
}

const namesOf = (fields: readonly Field[]): string => fields.map(({ name }) => name).join(', ');
