import { z } from 'zod';
import type { DecisionPoint } from './decision-point.ts';
import { isNumberField, readNumber, writeNumber, type Field, type Value, type Values } from './field.ts';
import type { Problem } from './compile.ts';
import type { Rule, RuleSet } from './rule-set.ts';

const CONTENT_TYPE = 'application/vnd.gorules.decision';
const TABLE = 'table';
/** Column of the rule that held, and of the two moments that rules count. */
const HIT = 'rule';
const NOW = 'now';
const PLACED = 'placedAt';

/** What JDM has no column for: kept beside the row, ignored by other readers of it. */
const kept = z.object({
  owner: z.string(), reason: z.string(), from: z.number().nullable(), until: z.number().nullable(), counts: z.enum(['now', 'when-placed']),
  tests: z.array(z.object({ given: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])), expect: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])) })),
});

const column = z.object({ id: z.string(), name: z.string().default(''), field: z.string().nullish() });
const row = z.record(z.string(), z.unknown());
const table = z.object({ type: z.literal('decisionTableNode'), content: z.object({ hitPolicy: z.string(), inputs: z.array(column), outputs: z.array(column), rules: z.array(row) }) });
const decision = z.object({ nodes: z.array(z.looseObject({ type: z.string() })).max(20), edges: z.array(z.unknown()).max(50) });

/**
 * A set as a decision of GoRules' JDM (https://docs.gorules.io/reference/json-decision-model-jdm): one table, a row a rule, money in yuan, moments in milliseconds.
 * Beside what its outputs say it gives the row that held as `rule`, or no `rule` where none did.
 */
export function toJdm(point: DecisionPoint, set: RuleSet): unknown {
  const moments = [NOW, PLACED].map((name) => ({ id: name, name, field: name }));
  return {
    contentType: CONTENT_TYPE,
    nodes: [
      { id: 'request', type: 'inputNode', name: 'request', position: { x: 0, y: 0 }, content: {} },
      {
        id: TABLE, type: 'decisionTableNode', name: point.title.zh, position: { x: 320, y: 0 },
        content: {
          hitPolicy: 'first', executionMode: 'single', passThrough: false, inputField: null, outputPath: null,
          inputs: [...point.inputs.map(columnOf), ...moments],
          outputs: [...point.outputs.map(columnOf), { id: HIT, name: HIT, field: HIT }],
          rules: [...set.rules.map((rule) => rowOf(point, rule)), ...(point.otherwise ? [otherwiseOf(point, point.otherwise)] : [])],
        },
      },
      { id: 'response', type: 'outputNode', name: 'response', position: { x: 640, y: 0 }, content: {} },
    ],
    edges: [{ id: 'in', sourceId: 'request', targetId: TABLE, type: 'edge' }, { id: 'out', sourceId: TABLE, targetId: 'response', type: 'edge' }],
  };
}

/** Facts as a decision in JDM reads them. */
export function toJdmFacts(point: DecisionPoint, facts: Values, { now, placedAt }: { readonly now: number; readonly placedAt: number }): Readonly<Record<string, Value>> {
  return { ...Object.fromEntries(point.inputs.map((field) => [field.name, outwards(field, facts[field.name] ?? field.untold ?? field.example)])), [NOW]: now, [PLACED]: placedAt };
}

/** What is said as a decision in JDM says it. */
export function toJdmSaid(point: DecisionPoint, said: Values): Values {
  return Object.fromEntries(point.outputs.flatMap((field) => {
    const value = said[field.name];
    return value === undefined ? [] : [[field.name, outwards(field, value)]];
  }));
}

export type JdmRead = { readonly ok: true; readonly set: RuleSet } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Takes the table of a JDM decision as a set. Refuses what is no single first-hit table of this decision point, naming the cell. */
export function fromJdm(point: DecisionPoint, json: unknown): JdmRead {
  const whole = (problem: string): JdmRead => ({ ok: false, problems: [{ rule: null, field: null, problem }] });
  const read = decision.safeParse(json);
  if (!read.success) return whole(`is no JDM decision: ${read.error.issues[0]?.path.join('.') ?? ''} ${read.error.issues[0]?.message ?? ''}`);
  const others = read.data.nodes.filter(({ type }) => !['inputNode', 'outputNode', 'decisionTableNode'].includes(type));
  if (others.length > 0) return whole(`has a ${others[0]?.type ?? ''}; one decision table between input and output is all that may decide`);
  const tables = read.data.nodes.filter(({ type }) => type === 'decisionTableNode');
  const found = table.safeParse(tables[0]);
  if (tables.length !== 1 || !found.success) return whole(`has ${tables.length} decision tables that can be read; one is needed`);
  const { hitPolicy, inputs, outputs, rules } = found.data.content;
  if (hitPolicy !== 'first') return whole(`has the hit policy ${hitPolicy}; the first row that holds decides`);
  const problems: Problem[] = [];
  const read1 = rules.map((one, index) => ruleFrom({ point, inputs, outputs, problems }, one, index));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, set: { point: point.name, rules: read1.filter((rule) => rule !== null) } };
}

interface Reading {
  readonly point: DecisionPoint;
  readonly inputs: readonly z.infer<typeof column>[];
  readonly outputs: readonly z.infer<typeof column>[];
  readonly problems: Problem[];
}

const OTHERWISE = 'otherwise';

function ruleFrom({ point, inputs, outputs, problems }: Reading, cells: Readonly<Record<string, unknown>>, index: number): Rule | null {
  const text = (id: string): string => (typeof cells[id] === 'string' ? cells[id].trim() : '');
  const id = text('_id') || `row-${index + 1}`;
  if (id === OTHERWISE) return null;
  const when: Record<string, string> = {};
  for (const { id: cell, field } of inputs) {
    const name = field ?? '';
    if (name === NOW || name === PLACED || text(cell) === '') continue;
    when[name] = text(cell);
  }
  const then: Record<string, Value> = {};
  for (const { id: cell, field } of outputs) {
    if (field === HIT) continue;
    const output = point.outputs.find(({ name }) => name === field);
    const value = output ? literal(output, text(cell)) : null;
    if (!output || value === null) problems.push({ rule: id, field: field ?? null, problem: output ? `${text(cell) || 'nothing'} is no ${output.type}; a text stands in double quotes` : 'is no output' });
    else then[output.name] = value;
  }
  const { owner = '', reason = '', from = null, until = null, counts = 'now', tests = [] } = keptIn(text('_orderMesh'));
  return { id, title: text('_description') || id, owner: owner || 'unknown', reason: reason || 'imported', from, until, counts, when, then, tests };
}

function keptIn(json: string): Partial<z.infer<typeof kept>> {
  try {
    return kept.safeParse(JSON.parse(json)).data ?? {};
  } catch {
    return {};
  }
}

function rowOf(point: DecisionPoint, { id, title, owner, reason, from, until, counts, when, then, tests }: Rule): Readonly<Record<string, unknown>> {
  const time = from === null && until === null ? '' : from === null ? `< ${until ?? 0}` : until === null ? `>= ${from}` : `[${from}..${until})`;
  return {
    _id: id, _description: title, _orderMesh: JSON.stringify({ owner, reason, from, until, counts, tests }),
    ...Object.fromEntries(point.inputs.map(({ name }) => [name, when[name] ?? ''])),
    [NOW]: counts === 'now' ? time : '', [PLACED]: counts === 'when-placed' ? time : '',
    ...Object.fromEntries(point.outputs.map((field) => [field.name, JSON.stringify(outwards(field, then[field.name] ?? field.example))])),
    [HIT]: JSON.stringify(id),
  };
}

const otherwiseOf = (point: DecisionPoint, said: Values): Readonly<Record<string, unknown>> => ({
  _id: OTHERWISE, ...Object.fromEntries([...point.inputs.map(({ name }) => name), NOW, PLACED].map((name) => [name, ''])),
  ...Object.fromEntries(point.outputs.map((field) => [field.name, JSON.stringify(outwards(field, said[field.name] ?? field.example))])), [HIT]: '',
});

const columnOf = ({ name, label }: Field) => ({ id: name, name: `${label.zh} ${label.en}`, field: name });

const outwards = (field: Field, value: Value): Value => (isNumberField(field) && typeof value === 'number' ? Number(writeNumber(field, value)) : value);

function literal(field: Field, cell: string): Value | null {
  if (isNumberField(field)) {
    const number = readNumber(field, cell);
    return typeof number === 'number' ? number : null;
  }
  if (field.type === 'flag') return cell === 'true' ? true : cell === 'false' ? false : null;
  return /^"([^"\\]*)"$/.exec(cell)?.[1] ?? null;
}
