import avro from 'avsc';
import { shapeOf, type RecordShape, type Shape } from '../shape.ts';
import { shortName } from './library.ts';

/** One version of a schema, for comparison. */
export interface Version {
  /** How to call it in a sentence: "version 2" or "the new one". */
  readonly label: string;
  readonly schema: string;
}

/**
 * FULL: what keeps each of two versions from reading the other, in words, with the way out. Empty means they agree.
 * Repeat it over all versions of a subject for FULL_TRANSITIVE.
 */
export function differencesBetween(older: Version, newer: Version): readonly string[] {
  const found = shapeDifferences(shapeOf(older.schema, older.label), shapeOf(newer.schema, newer.label));
  return found.length > 0 ? found : [...resolverFault(older, newer), ...resolverFault(newer, older)];
}

function shapeDifferences(older: RecordShape, newer: RecordShape): readonly string[] {
  if (older.fullName !== newer.fullName) return [`${older.fullName} became ${newer.fullName}: readers know it by its old name`];
  const record = shortName(older.fullName);
  const before = new Map(older.fields.map((field) => [field.name, field]));
  const after = new Map(newer.fields.map((field) => [field.name, field]));
  const removed = older.fields.filter((field) => !after.has(field.name) && field.fallback === undefined)
    .map(({ name }) => `field ${name} of ${record} was removed: older readers need it; give it a default first`);
  const added = newer.fields.filter((field) => !before.has(field.name) && field.fallback === undefined)
    .map(({ name }) => `field ${name} of ${record} was added without a default: messages written before do not have it; give it a default`);
  const changed = newer.fields.flatMap((field) => {
    const old = before.get(field.name);
    return old ? typeDifferences(old.shape, field.shape, `field ${field.name} of ${record}`) : [];
  });
  return [...removed, ...added, ...changed];
}

function typeDifferences(older: Shape, newer: Shape, spot: string): readonly string[] {
  if (older.kind === 'record' && newer.kind === 'record') return shapeDifferences(older, newer);
  if (older.kind === 'array' && newer.kind === 'array') return typeDifferences(older.items, newer.items, `an item of ${spot}`);
  if (older.kind === 'nullable' && newer.kind === 'nullable') return typeDifferences(older.of, newer.of, spot);
  if (older.kind === 'enum' && newer.kind === 'enum') return enumDifferences(older, newer, spot);
  if (older.kind === newer.kind) return [];
  return [`${spot} changed from ${describe(older)} to ${describe(newer)}: no reader takes one for the other; add a new field beside it`];
}

function enumDifferences(older: Shape & { kind: 'enum' }, newer: Shape & { kind: 'enum' }, spot: string): readonly string[] {
  if (older.fullName !== newer.fullName) return [`${spot} changed from ${older.fullName} to ${newer.fullName}: readers know it by its old name`];
  const added = newer.symbols.filter((symbol) => !older.symbols.includes(symbol) && older.fallback === null)
    .map((symbol) => `${spot} got the symbol ${symbol}: older readers have no default to take it for`);
  const removed = older.symbols.filter((symbol) => !newer.symbols.includes(symbol) && newer.fallback === null)
    .map((symbol) => `${spot} lost the symbol ${symbol}: messages written before may hold it; give the enum a default`);
  return [...added, ...removed];
}

function describe(shape: Shape): string {
  switch (shape.kind) {
    case 'array': return `a list of ${describe(shape.items)}`;
    case 'nullable': return `${describe(shape.of)} or null`;
    case 'enum': case 'record': return shape.fullName;
    default: return shape.kind;
  }
}

// A second opinion from an implementation that is not ours.
function resolverFault(writer: Version, reader: Version): readonly string[] {
  try {
    avroType(reader.schema).createResolver(avroType(writer.schema));
    return [];
  } catch (error) {
    return [`${reader.label} cannot read ${writer.label}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function avroType(schema: string): avro.Type {
  return avro.Type.forSchema(JSON.parse(schema), { wrapUnions: 'never' });
}
