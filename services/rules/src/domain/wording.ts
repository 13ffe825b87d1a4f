import { isNumberField, numberKinds, writeNumber, type Conflict, type DecisionPoint, type Field, type Problem, type Value } from '@order-mesh/rules';

const MOST_TOLD = 10;
const LONGEST_DETAIL = 4_000;

/** What is wrong with a set, each with its rule and cell. */
export const problemsInWords = (problems: readonly Problem[]): string => told(problems.map(({ rule, field, problem }) => {
  const where = [...(rule === null ? [] : [`rule ${rule}`]), ...(field === null ? [] : [`cell ${field}`])].join(', ');
  return where === '' ? `the set ${problem}` : `${where}: ${problem}`;
}));

/** What rules do to each other, each with its rules and the facts that show it. */
export const conflictsInWords = (point: DecisionPoint, conflicts: readonly Conflict[]): string => told(conflicts.map(({ kind, rules, example, detail }) => {
  const facts = example === null ? '' : `, for instance ${point.inputs.flatMap((field) => factInWords(field, example.facts[field.name])).join(', ')}`;
  return `${kind}${rules.length === 0 ? '' : ` (${rules.join(', ')})`}: ${detail}${facts}`;
}));

/** Several sentences as one text of bounded length. */
export function told(sentences: readonly string[]): string {
  const more = sentences.length > MOST_TOLD ? `; and ${sentences.length - MOST_TOLD} more` : '';
  return `${sentences.slice(0, MOST_TOLD).join('; ').slice(0, LONGEST_DETAIL)}${more}`;
}

/** A text of somebody else's as it can be kept and shown: of bounded length, without zero bytes and halves of letters. */
export const printable = (text: string, most: number): string => text.slice(0, most).replaceAll('\0', '\uFFFD').toWellFormed();

function factInWords(field: Field, value: Value | undefined): readonly string[] {
  if (value === undefined) return [];
  if (!isNumberField(field) || typeof value !== 'number') return [`${field.name} ${String(value)}`];
  const { unit } = numberKinds[field.type];
  return [`${field.name} ${writeNumber(field, value)}${unit && ` ${unit}`}`];
}
