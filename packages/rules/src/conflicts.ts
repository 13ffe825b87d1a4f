import type { Instant } from '@order-mesh/kernel';
import { beyond, boxOf, exampleOf, isWithin, momentOf, overlap, sidesOf, type Box } from './box.ts';
import { testCases } from './cases.ts';
import { compile, readRules, type Moment, type ReadRule } from './compile.ts';
import type { DecisionPoint } from './decision-point.ts';
import type { Field, Values } from './field.ts';
import type { Rule, RuleSet } from './rule-set.ts';

export type ConflictKind =
  /** Two rules hold for the same facts and say different things; which one decides hangs on their order alone. */
  | 'contradiction'
  /** Whatever it holds for, a rule before it decides. */
  | 'unreachable'
  /** Without it the same would be said. */
  | 'pointless'
  /** Facts for which nothing is said. */
  | 'gap'
  /** It says something else on its own test. */
  | 'test-fails'
  | 'untested'
  /** Its time is over. */
  | 'over'
  /** Too many cases to look through. */
  | 'too-entangled';

export interface Conflict {
  readonly kind: ConflictKind;
  /** The rule it is about first, then those it has to do with. */
  readonly rules: readonly string[];
  /** Facts that show it, and when; null where there is nothing to show. */
  readonly example: { readonly facts: Values; readonly moment: Moment } | null;
  readonly detail: string;
}

/** What nobody can want, whoever releases it; the other kinds may be meant. */
export const refusing: ReadonlySet<ConflictKind> = new Set<ConflictKind>(['contradiction', 'unreachable', 'gap', 'test-fails', 'too-entangled']);

const MOST_PIECES = 20_000;
/** Bounds the time one set can take to a second or two, whoever wrote it. */
const MOST_CUTS = 1_500_000;
/** What a cut that leaves something else costs, beside one that leaves all. */
const DEAR_CUT = 10;

class Entangled extends Error {}

/** Looks for what rules do to each other, each with an example. Expects a set whose cells can be read. */
export function conflictsIn(point: DecisionPoint, set: RuleSet, now: Instant): readonly Conflict[] {
  const { rows } = readRules(point, set);
  const look: Look = { point, now, sides: sidesOf(point), rows, boxes: rows.map(boxOf), cuts: { left: MOST_CUTS } };
  try {
    return [...rows.flatMap((_, index) => [...reachability(look, index), ...contradictions(look, index)]), ...gaps(look), ...tests(look, set), ...overs(look)];
  } catch (error) {
    if (!(error instanceof Entangled)) throw error;
    return [{ kind: 'too-entangled', rules: [], example: null, detail: 'the rules split the cases into more parts than can be looked through; use fewer rules that overlap, or fewer alternatives in a cell' }];
  }
}

interface Look {
  readonly point: DecisionPoint;
  readonly now: Instant;
  readonly sides: readonly Field[];
  readonly rows: readonly ReadRule[];
  readonly boxes: readonly Box[];
  readonly cuts: { left: number };
}

function reachability(look: Look, index: number): readonly Conflict[] {
  const { rows, boxes } = look;
  const [row, box] = [rows[index], boxes[index]];
  if (!row || !box) return [];
  const left = boxes.slice(0, index).reduce<readonly Box[]>((pieces, earlier) => cut(look, pieces, earlier), [box]);
  if (left.length === 0) {
    const before = rows.slice(0, index).filter((_, at) => overlap(box, boxes[at] ?? new Map()));
    return [conflict('unreachable', [row, ...before], null, `never decides: ${namesOf(before)} ${before.length === 1 ? 'holds' : 'hold'} wherever it does`)];
  }
  return isPointless(look, index, left) ? [conflict('pointless', [row], shown(look, left[0]), 'without it the same would be said')] : [];
}

/** Whether what follows would say the same wherever this rule decides. */
function isPointless(look: Look, index: number, decides: readonly Box[]): boolean {
  const said = look.rows[index]?.rule.then ?? {};
  let left = decides;
  for (const [at, next] of look.rows.entries()) {
    if (at <= index) continue;
    const box = look.boxes[at] ?? new Map();
    if (!sameSaid(next.rule.then, said) && left.some((piece) => overlap(piece, box))) return false;
    left = cut(look, left, box);
  }
  return left.length === 0 || (look.point.otherwise !== null && sameSaid(look.point.otherwise, said));
}

function contradictions(look: Look, index: number): readonly Conflict[] {
  const { rows, boxes, sides } = look;
  const [row, box] = [rows[index], boxes[index]];
  if (!row || !box) return [];
  return rows.slice(0, index).flatMap((earlier, at): readonly Conflict[] => {
    const other = boxes[at];
    const shared = other && overlap(other, box);
    // a special case before the general one, or behind it, is how tables are written
    if (!shared || sameSaid(earlier.rule.then, row.rule.then) || isWithin(other, box, sides) || isWithin(box, other, sides)) return [];
    const left = boxes.slice(0, at).reduce<readonly Box[]>((pieces, before) => cut(look, pieces, before), [shared]);
    if (left.length === 0) return [];
    return [conflict('contradiction', [row, earlier], shown(look, left[0]), `both hold here and say different things; ${earlier.rule.id} decides because it stands first`)];
  });
}

function gaps(look: Look): readonly Conflict[] {
  if (look.point.otherwise !== null) return [];
  const left = look.boxes.reduce<readonly Box[]>((pieces, box) => cut(look, pieces, box), [new Map()]);
  return left.length === 0 ? [] : [conflict('gap', [], shown(look, left[0]), 'no rule says anything here')];
}

function tests({ point, now, rows }: Look, set: RuleSet): readonly Conflict[] {
  // where nothing is said, a test fails
  const compiled = compile({ ...point, otherwise: point.otherwise ?? {} }, set);
  if (!compiled.ok) return [];
  const known = new Map(rows.map((row) => [row.rule.id, row]));
  const failing = testCases(point, set, now).flatMap(({ rule, test, facts, moment, expect }): readonly Conflict[] => {
    const { said, rule: hit } = compiled.rules.decide(facts, moment);
    const wrong = Object.keys(expect).filter((name) => said[name] !== expect[name]);
    const row = known.get(rule);
    if (wrong.length === 0 || !row) return [];
    const detail = `test ${test}: ${wrong.map((name) => `${name} is ${String(said[name] ?? 'nothing')}, expected ${String(expect[name])}`).join(', ')}${hit === rule ? '' : `; ${hit ?? 'no rule'} decided`}`;
    return [conflict('test-fails', [row], { facts, moment }, detail)];
  });
  return [...rows.filter(({ rule }) => rule.tests.length === 0).map((row) => conflict('untested', [row], null, 'has no test')), ...failing];
}

function overs({ rows, now }: Look): readonly Conflict[] {
  return rows.filter(({ rule }) => rule.counts === 'now' && rule.until !== null && rule.until <= now).map((row) => conflict('over', [row], null, 'its time is over'));
}

function cut({ sides, cuts }: Look, pieces: readonly Box[], box: Box): readonly Box[] {
  const left = pieces.flatMap((piece) => {
    const rest = beyond(piece, box, sides);
    cuts.left -= rest[0] === piece ? 1 : DEAR_CUT;
    if (cuts.left < 0) throw new Entangled();
    return rest;
  });
  if (left.length > MOST_PIECES) throw new Entangled();
  return left;
}

const shown = ({ point, now }: Look, box: Box | undefined): Conflict['example'] => (box ? { facts: exampleOf(box, point), moment: momentOf(box, now) } : null);

const conflict = (kind: ConflictKind, rows: readonly ReadRule[], example: Conflict['example'], detail: string): Conflict =>
  ({ kind, rules: rows.map(({ rule }) => rule.id), example, detail });

const namesOf = (rows: readonly ReadRule[]): string => rows.map(({ rule }) => rule.id).join(', ');

function sameSaid(one: Values | Rule['then'], other: Values): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
