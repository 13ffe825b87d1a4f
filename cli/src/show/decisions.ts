import { decisionPoints, isNumberField, valueInWords, type Field, type Value, type Values } from '@order-mesh/rules';
import colors from 'picocolors';
import type { OrderDecision } from '../gateway/rules.ts';
import { shownInstant } from './time.ts';

/** Every decision on an order: where and when, what was said, by which rule in its words, and on which facts. */
export function decisionLines(orderId: string, decisions: readonly OrderDecision[]): readonly string[] {
  if (decisions.length === 0) return [`no rule has decided on order ${orderId} yet`];
  return decisions.flatMap((one, at) => [...(at === 0 ? [] : ['']), ...linesOf(one)]);
}

function linesOf({ point: name, title, decidedAt, rule, sentence, hash, version, facts, said, toldBy }: OrderDecision): readonly string[] {
  const point = decisionPoints.get(name);
  const released = version === null ? 'rules that were never released here' : version === 0 ? 'the shipped rules' : `version ${version}`;
  return [
    `${shownInstant(Date.parse(decidedAt))}  ${colors.bold(title === null ? name : `${title.zh} ${title.en}`)} (${name})`,
    `  said   ${inWords(point?.outputs, said)}`,
    `  by     ${rule === null ? 'no rule: what is said where none holds' : `${sentence || 'a rule whose words were not kept'} (${rule})`}`,
    `  of     ${released}, ${hash}`,
    `  told   ${inWords(point?.inputs, facts)}`,
    `  in     ${toldBy}`,
  ];
}

/** Values with their labels and units; as they are where the point is not known here. */
function inWords(fields: readonly Field[] = [], values: Values): string {
  const known = fields.flatMap((field) => (values[field.name] === undefined ? [] : [`${field.label.zh} ${shown(field, values[field.name])}`]));
  const others = Object.entries(values).filter(([name]) => !fields.some((field) => field.name === name)).map(([name, value]) => `${name} ${String(value)}`);
  return [...known, ...others].join('，') || 'nothing';
}

function shown(field: Field, value: Value | undefined): string {
  if (field.type === 'choice') return field.choices.find((choice) => choice.value === value)?.zh ?? String(value);
  if (field.type === 'flag') return value === true ? '是' : '否';
  return isNumberField(field) ? valueInWords(field, value) : String(value) || '""';
}
