import { isNumberField, numberKinds, valueInWords, writeNumber, type CellChange, type DecisionPoint, type Field, type Rule, type RulesDiff, type RuleSet } from '@order-mesh/rules';
import colors from 'picocolors';
import type { Change, LivePoint, Release } from '../gateway/rules.ts';
import { fit, table } from './text.ts';
import { shownInstant } from './time.ts';

const at = (time: string | null): string => (time === null ? '' : shownInstant(Date.parse(time)));

/** Decision points with what is in force there, one a line. */
export const pointLines = (points: readonly LivePoint[]): readonly string[] => table([
  ['point', 'what', 'version', 'hash', 'since', 'author', 'approved by'],
  ...points.map(({ point, title, version, hash, since, author, approvedBy }) => [point, `${title.zh} ${title.en}`, version === 0 ? 'shipped' : String(version), hash, at(since), author, approvedBy ?? '']),
]);

/** What is known at a decision point and what has to be said there: names, labels, units, bounds, examples. */
export function fieldLines({ title, asked, inputs, outputs, otherwise }: DecisionPoint): readonly string[] {
  const none = otherwise === null ? 'a rule has to hold always' : outputs.map((field) => `${field.name} ${valueInWords(field, otherwise[field.name])}`).join(', ');
  return [
    `${colors.bold(`${title.zh} ${title.en}`)}: ${asked.zh}。${asked.en}.`,
    ...table([['known', 'label', 'kind', 'from … to', 'example'], ...inputs.map(fieldRow)]).map((line) => `  ${line}`),
    ...table([['to be said', 'label', 'kind', 'from … to', 'example'], ...outputs.map(fieldRow)]).map((line) => `  ${line}`),
    `where no rule holds: ${none}`,
  ];
}

function fieldRow(field: Field): readonly string[] {
  const example = valueInWords(field, field.example);
  const names = [field.name, `${field.label.zh} ${field.label.en}`];
  if (isNumberField(field)) {
    const { unit } = numberKinds[field.type];
    return [...names, `${field.type}${unit && ` (${unit})`}`, `${writeNumber(field, field.least)} … ${writeNumber(field, field.most)}`, example];
  }
  const choices = field.type === 'choice' ? field.choices.map(({ value, zh }) => `${value} ${zh}`).join(', ') : '';
  return [...names, field.type, choices, example];
}

/** The rules of a set in their order: the first that holds decides. */
export function ruleLines(point: DecisionPoint, { rules }: RuleSet): readonly string[] {
  if (rules.length === 0) return ['no rules'];
  return table([['', 'rule', 'when', 'then', 'time', 'says'], ...rules.map((rule, index) => [String(index + 1), rule.id, whenOf(rule), thenOf(point, rule), timeOf(rule), rule.title])]);
}

const whenOf = ({ when }: Rule): string => Object.entries(when).map(([name, cell]) => `${name} ${cell}`).join(' and ') || 'always';
const thenOf = ({ outputs }: DecisionPoint, { then }: Rule): string => outputs.map((field) => valueInWords(field, then[field.name])).join(', ');

function timeOf({ from, until, counts }: Rule): string {
  if (from === null && until === null) return '';
  return `${from === null ? '' : `from ${shownInstant(from)} `}${until === null ? '' : `until ${shownInstant(until)} `}${counts === 'now' ? '' : 'by order'}`.trim();
}

/** Who released what, newest first. */
export const releaseLines = (releases: readonly Release[]): readonly string[] => table([
  ['version', 'hash', 'since', 'author', 'approved by', 'why'],
  ...releases.map(({ version, hash, since, author, approvedBy, reason }) => [String(version), hash, at(since), author, approvedBy ?? '', fit(reason, 60).trimEnd()]),
]);

/** What one set has that the other has not. */
export function diffLines(point: DecisionPoint, { added, removed, changed, moved }: RulesDiff): readonly string[] {
  const lines = [
    ...added.map((rule) => colors.green(`+ ${rule.id}: ${whenOf(rule)}: ${thenOf(point, rule)}  (${rule.title})`)),
    ...removed.map((rule) => colors.red(`- ${rule.id}: ${whenOf(rule)}: ${thenOf(point, rule)}  (${rule.title})`)),
    ...changed.flatMap(({ rule, cells }) => cellLines(rule, cells)),
    ...moved.map(({ rule, from, to }) => `> ${rule}: moves from place ${from} to ${to}`),
  ];
  return lines.length === 0 ? ['the same rules'] : lines;
}

/** Cells one a line; tests, which are long, together. */
function cellLines(rule: string, cells: readonly CellChange[]): readonly string[] {
  const tests = cells.filter(({ cell }) => cell.startsWith('tests.'));
  return [
    ...cells.filter((one) => !tests.includes(one)).map(({ cell, was, is }) => `~ ${rule}, ${cell}: ${colors.red(was || 'nothing')} becomes ${colors.green(is || 'nothing')}`),
    ...(tests.length === 0 ? [] : [`~ ${rule}: other tests (${tests.map(({ cell }) => cell.slice('tests.'.length)).join(', ')})`]),
  ];
}

/** Changes as a table, newest first. */
export function changeLines(changes: readonly Change[]): readonly string[] {
  if (changes.length === 0) return ['no changes'];
  return table([['change', 'point', 'asked', 'status', 'author', 'decided by', 'version', 'why'], ...changes.map((one) => [
    one.changeId, one.point, at(one.askedAt), one.kind === 'rollback' ? `${one.status} (rollback)` : one.status, one.author, one.decidedBy ?? '', one.version === null ? '' : String(one.version),
    fit(one.status === 'refused' ? one.detail : one.reason, 70).trimEnd(),
  ])]);
}
