import { problem, type Problem } from '../problems.ts';
import { longId } from '../records/ids.ts';
import { fieldOf, type FieldDefinition, type SobjectDefinition } from '../records/schema.ts';
import type { Store, StoredRecord, Value } from '../records/store.ts';
import type { Condition, Operand } from './parse.ts';
import { isProblem, lookUp, understand } from './paths.ts';

type Compare = Extract<Condition, { type: 'compare' }>;
type Test = (record: StoredRecord) => boolean;

/** Turns a condition into a test of records, or says what is wrong with it. */
export function testFor(condition: Condition, type: SobjectDefinition, store: Store): Test | Problem {
  if (condition.type === 'compare') return compareTest(condition, type, store);
  if (condition.type === 'not') {
    const inner = testFor(condition.part, type, store);
    return typeof inner === 'function' ? (record) => !inner(record) : inner;
  }
  const parts = condition.parts.map((part) => testFor(part, type, store));
  const wrong = parts.find((part) => typeof part !== 'function');
  if (wrong && typeof wrong !== 'function') return wrong;
  const tests = parts.filter((part) => typeof part === 'function');
  return condition.type === 'and' ? (record) => tests.every((test) => test(record)) : (record) => tests.some((test) => test(record));
}

/** The records worth testing: found by index where the condition names ids, external ids or parents, else all of the type. */
export function candidates(condition: Condition | undefined, type: SobjectDefinition, store: Store): Iterable<StoredRecord> {
  const parts = condition?.type === 'and' ? condition.parts : condition ? [condition] : [];
  for (const part of parts) {
    const found = part.type === 'compare' ? indexed(part, type, store) : undefined;
    if (found) return found;
  }
  return store.all(type.name);
}

function indexed({ path, operator, operands }: Compare, type: SobjectDefinition, store: Store): readonly StoredRecord[] | undefined {
  const field = fieldOf(type, path);
  if (!field || (operator !== '=' && operator !== 'IN') || operands.some(({ kind }) => kind !== 'string')) return undefined;
  const values = [...new Set(operands.map(({ value }) => String(value)))];
  if (field.kind === 'id') return values.flatMap((id) => store.find(type.name, longId(id)) ?? []);
  if (field.kind === 'reference') return values.flatMap((id) => store.childrenOf(longId(id), type.name));
  if (!field.externalId) return undefined;
  // Text is compared without regard to case, so only a full set of exact finds is the whole answer
  const found = values.flatMap((value) => store.findBy(type.name, field.name, value) ?? []);
  return found.length === values.length ? found : undefined;
}

function compareTest({ path, operator, operands }: Compare, type: SobjectDefinition, store: Store): Test | Problem {
  const place = understand(type, path);
  if (isProblem(place)) return place;
  const misfit = operands.find((operand) => !FITTING[place.field.kind].includes(operand.kind));
  if (misfit) return wrongKind(place.field, misfit);
  const wanted = operands.map(({ value }) => comparable(place.field, value));
  const holds = OPERATIONS[operator];
  return (record) => holds(comparable(place.field, lookUp(store, record, place)), wanted);
}

const FITTING: Readonly<Record<FieldDefinition['kind'], readonly Operand['kind'][]>> = {
  id: ['string', 'null'],
  string: ['string', 'null'],
  reference: ['string', 'null'],
  double: ['number', 'null'],
  boolean: ['boolean', 'null'],
  date: ['date', 'null'],
  datetime: ['date', 'null'],
};

function wrongKind(field: FieldDefinition, { value }: Operand): Problem {
  const advice = FITTING[field.kind][0] === 'string' ? 'and should be enclosed in quotes' : 'and should not be enclosed in quotes';
  return problem('INVALID_FIELD', `value of filter criterion for field '${field.name}' must be of type ${field.kind} ${advice}: ${String(value)}`);
}

/** What a value is compared by: text without regard to case, ids in their long form, moments as milliseconds. */
export function comparable(field: FieldDefinition, value: Value): Value {
  if (typeof value !== 'string') return value;
  if (field.kind === 'string') return value.toLowerCase();
  return field.kind === 'date' || field.kind === 'datetime' ? Date.parse(value) : longId(value);
}

const OPERATIONS: Readonly<Record<Compare['operator'], (value: Value, wanted: readonly Value[]) => boolean>> = {
  '=': (value, [wanted]) => value === wanted,
  '!=': (value, [wanted]) => value !== wanted,
  '<': (value, [wanted]) => ordered(value, wanted, (order) => order < 0),
  '<=': (value, [wanted]) => ordered(value, wanted, (order) => order <= 0),
  '>': (value, [wanted]) => ordered(value, wanted, (order) => order > 0),
  '>=': (value, [wanted]) => ordered(value, wanted, (order) => order >= 0),
  IN: (value, wanted) => wanted.includes(value),
  'NOT IN': (value, wanted) => !wanted.includes(value),
  LIKE: (value, [wanted]) => typeof value === 'string' && typeof wanted === 'string' && likeness(wanted).test(value),
};

function ordered(value: Value, wanted: Value | undefined, holds: (order: number) => boolean): boolean {
  return value !== null && wanted !== null && wanted !== undefined && holds(order(value, wanted));
}

/** Negative when the first comes first, positive when the second does. */
export function order(one: Value, other: Value): number {
  if (one === other) return 0;
  if (one === null) return -1;
  if (other === null) return 1;
  return one < other ? -1 : 1;
}

function likeness(pattern: string): RegExp {
  const source = [...pattern].map((letter) => (letter === '%' ? '.*' : letter === '_' ? '.' : letter.replace(/[.*+?^${}()|[\]\\]/, '\\$&'))).join('');
  return new RegExp(`^${source}$`, 'su');
}
