import type { DecisionPoint } from './decision-point.ts';
import { isNumberField, readNumber, type NumberField } from './field.ts';
import type { Rule, RuleSet } from './rule-set.ts';

export type Read<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problems: readonly string[] };

export type Filled =
  /** `sentence` says in Chinese what the change means. */
  | { readonly ok: true; readonly set: RuleSet; readonly sentence: string }
  | { readonly ok: false; readonly problems: readonly string[] };

/** A number of a form, in whole units of the field it is for and within its bounds. */
export function numberIn(point: DecisionPoint, { of, named, text = '' }: { readonly of: string; readonly named: string; readonly text: string | undefined }): Read<number> {
  const field = [...point.inputs, ...point.outputs].find((one): one is NumberField => one.name === of && isNumberField(one));
  if (!field) return { ok: false, problems: [`${named}: ${of} is no number here`] };
  const number = readNumber(field, text.trim());
  if (typeof number === 'string') return { ok: false, problems: [`${named}: ${number}`] };
  const isWithin = number > 0 && number < field.most;
  return isWithin ? { ok: true, value: number } : { ok: false, problems: [`${named}: must be above 0 and less than there ever is`] };
}

/** A code of a form, as it can stand in a cell. */
export function codeIn(named: string, text = ''): Read<string> {
  const code = text.trim();
  return /^[^"\\\p{Cc}]{1,60}$/u.test(code) ? { ok: true, value: code } : { ok: false, problems: [`${named}: must be a code of 1 to 60 letters, without quotes`] };
}

/** An id that no other rule of the set has, made of a code where that is possible. */
export function idFor(set: RuleSet, prefix: string, code: string): string {
  const slug = code.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 40);
  const base = slug === '' ? prefix : `${prefix}-${slug}`;
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? base : `${base}-${count}`;
    if (!set.rules.some((rule) => rule.id === id)) return id;
  }
}

/** The set with a rule in the place of its former self, or put in front or at the end where it is new. */
export function withRule(set: RuleSet, rule: Rule, otherwise: 'first' | 'last'): RuleSet {
  if (set.rules.some(({ id }) => id === rule.id)) return { ...set, rules: set.rules.map((one) => (one.id === rule.id ? rule : one)) };
  return { ...set, rules: otherwise === 'first' ? [rule, ...set.rules] : [...set.rules, rule] };
}

export const always: Pick<Rule, 'from' | 'until' | 'counts'> = { from: null, until: null, counts: 'now' };

/** A code that none of these is: for tests that are about nobody in particular. */
export function otherThan(codes: ReadonlySet<string>, usual: string): string {
  for (let count = 0; ; count += 1) {
    const code = count === 0 ? usual : `${usual}-${count}`;
    if (!codes.has(code)) return code;
  }
}

/** Fen as a cell writes them: 20050 are "200.5". */
export const yuan = (fen: number): string => `${Math.floor(fen / 100)}${fen % 100 === 0 ? '' : `.${String(fen % 100).padStart(2, '0').replace(/0$/, '')}`}`;
