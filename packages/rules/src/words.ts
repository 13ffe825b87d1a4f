import type { Problem } from './compile.ts';
import type { Conflict } from './conflicts.ts';
import type { DecisionPoint } from './decision-point.ts';
import { isNumberField, numberKinds, writeNumber, type Field, type Value, type Values } from './field.ts';

/** What is wrong with a set, with its rule and its cell. */
export function problemInWords({ rule, field, problem }: Problem): string {
  const where = [...(rule === null ? [] : [`rule ${rule}`]), ...(field === null ? [] : [`cell ${field}`])].join(', ');
  return where === '' ? `the set ${problem}` : `${where}: ${problem}`;
}

/** What rules do to each other, with the rules and the facts that show it. */
export function conflictInWords(point: DecisionPoint, { kind, rules, example, detail }: Conflict): string {
  const facts = example === null ? '' : `, for instance ${valuesInWords(point.inputs, example.facts)}`;
  return `${kind}${rules.length === 0 ? '' : ` (${rules.join(', ')})`}: ${detail}${facts}`;
}

/** Values as people write them, with their units. */
export const valuesInWords = (fields: readonly Field[], values: Values): string =>
  fields.flatMap((field) => (values[field.name] === undefined ? [] : [`${field.name} ${valueInWords(field, values[field.name])}`])).join(', ');

export function valueInWords(field: Field, value: Value | undefined): string {
  if (!isNumberField(field) || typeof value !== 'number') return String(value ?? 'nothing');
  const { unit } = numberKinds[field.type];
  return `${writeNumber(field, value)}${unit && ` ${unit}`}`;
}
