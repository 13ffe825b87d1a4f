import type { DecisionPoint } from './decision-point.ts';
import type { Field } from './field.ts';
import type { Rule, RuleSet } from './rule-set.ts';
import { valueInWords, valuesInWords } from './words.ts';

/** One cell of a rule that says something else; empty where it said, or says, nothing. */
export interface CellChange {
  readonly cell: string;
  readonly was: string;
  readonly is: string;
}

/** What one set has that another one has not, rule by rule. */
export interface RulesDiff {
  readonly added: readonly Rule[];
  readonly removed: readonly Rule[];
  readonly changed: readonly { readonly rule: string; readonly cells: readonly CellChange[] }[];
  /** Rules that stand elsewhere among those that both have; places count from 1 within each set. */
  readonly moved: readonly { readonly rule: string; readonly from: number; readonly to: number }[];
}

/** Compares two sets of a decision point; rules of one id are one rule. */
export function diffOf(point: DecisionPoint, before: RuleSet, after: RuleSet): RulesDiff {
  const [old, fresh] = [placesOf(before), placesOf(after)];
  const shared = after.rules.filter(({ id }) => old.has(id));
  const stayed = longestRising(shared.map(({ id }) => old.get(id)?.place ?? 0));
  return {
    added: after.rules.filter(({ id }) => !old.has(id)),
    removed: before.rules.filter(({ id }) => !fresh.has(id)),
    changed: shared.flatMap((rule) => {
      const was = old.get(rule.id)?.rule;
      const cells = was ? cellsThatDiffer(point, was, rule) : [];
      return cells.length === 0 ? [] : [{ rule: rule.id, cells }];
    }),
    moved: shared.flatMap(({ id }, index) => (stayed.has(index) ? [] : [{ rule: id, from: old.get(id)?.place ?? 0, to: fresh.get(id)?.place ?? 0 }])),
  };
}

/** Whether two sets are the same. */
export const isSame = ({ added, removed, changed, moved }: RulesDiff): boolean => [added, removed, changed, moved].every(({ length }) => length === 0);

const placesOf = ({ rules }: RuleSet): ReadonlyMap<string, { readonly rule: Rule; readonly place: number }> => new Map(rules.map((rule, index) => [rule.id, { rule, place: index + 1 }]));

function cellsThatDiffer(point: DecisionPoint, was: Rule, is: Rule): readonly CellChange[] {
  const [old, fresh] = [cellsOf(point, was), cellsOf(point, is)];
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((cell) => {
    const [before = '', now = ''] = [old.get(cell), fresh.get(cell)];
    return before === now ? [] : [{ cell, was: before, is: now }];
  });
}

function cellsOf({ inputs, outputs }: DecisionPoint, { title, owner, reason, from, until, counts, when, then, tests }: Rule): ReadonlyMap<string, string> {
  return new Map([
    ...inputs.map(({ name }): [string, string] => [name, when[name]?.trim() ?? '']),
    ...outputs.map((field: Field): [string, string] => [field.name, valueInWords(field, then[field.name])]),
    ['from', momentOf(from)], ['until', momentOf(until)], ['counts', from === null && until === null ? '' : counts],
    ['title', title], ['owner', owner], ['reason', reason],
    ...tests.map(({ given, expect }, index): [string, string] => [`tests.${index + 1}`, `${valuesInWords(inputs, given)} gives ${valuesInWords(outputs, expect)}`]),
  ]);
}

const momentOf = (at: number | null): string => (at === null ? '' : new Date(at).toISOString());

/** The places of a longest run of numbers that rise. */
function longestRising(numbers: readonly number[]): ReadonlySet<number> {
  const best: { readonly length: number; readonly before: number }[] = [];
  for (const [at, number] of numbers.entries()) {
    let mine = { length: 1, before: -1 };
    for (let earlier = 0; earlier < at; earlier += 1) {
      const length = (best[earlier]?.length ?? 0) + 1;
      if ((numbers[earlier] ?? 0) < number && length > mine.length) mine = { length, before: earlier };
    }
    best.push(mine);
  }
  const run = new Set<number>();
  const longest = Math.max(0, ...best.map(({ length }) => length));
  for (let at = best.findIndex(({ length }) => length === longest); at >= 0; at = best[at]?.before ?? -1) run.add(at);
  return run;
}
