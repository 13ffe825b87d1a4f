import { MeshError } from '@order-mesh/kernel';
import { objectAt, parseJson, unreadable, wordAt } from '../json.ts';
import { shapeOf, type PersonalKind, type RecordShape } from '../shape.ts';
import { readRouting, type Routing } from './routing.ts';

/** One .avsc as it lies on the disk. */
export interface SchemaFile {
  readonly path: string;
  readonly text: string;
}

export interface RecordSchema {
  /** Without its namespace: unique in the mesh. */
  readonly name: string;
  readonly shape: RecordShape;
}

export interface MessageSchema extends RecordSchema {
  readonly kafka: Routing;
}

/** All schemas of the mesh, proven to fit each other. */
export interface Library {
  readonly records: readonly RecordSchema[];
  readonly messages: readonly MessageSchema[];
  /** Messages by topic, both in alphabetical order. */
  readonly topics: readonly (readonly [string, readonly MessageSchema[]])[];
}

/** Puts the schemas together, shared records inlined. Throws BAD_REQUEST naming file and field, or every name that leads nowhere. */
export function libraryOf(files: readonly SchemaFile[]): Library {
  const shapes = readShapes(files);
  const records = files.map((file) => recordOf(file, shapes(file))).toSorted((a, b) => (a.shape.fullName < b.shape.fullName ? -1 : 1));
  const messages = records.filter(isMessage);
  const faults = [...doubles(records), ...messages.flatMap((message) => lostNames(message, messages)), ...records.flatMap(wordless), ...twoKinds(records)];
  if (faults.length > 0) throw new MeshError('BAD_REQUEST', { advice: faults.join('; ') });
  const names = [...new Set(messages.map((message) => message.kafka.topic))].sort();
  return { records, messages, topics: names.map((topic) => [topic, messages.filter((message) => message.kafka.topic === topic)]) };
}

/** The name of a topic in code: `credit.commands.v1` is `creditCommands`, a second major `creditCommandsV2`. */
export function topicConstant(topic: string): string {
  const [context = '', kind = '', major = ''] = topic.split('.');
  return `${context}${kind.charAt(0).toUpperCase()}${kind.slice(1)}${major === 'v1' ? '' : major.toUpperCase()}`;
}

export function shortName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf('.') + 1);
}

/** The names of the fields that are personal, in alphabetical order, each with its kind. */
export function personalOf(records: readonly RecordSchema[]): readonly (readonly [string, PersonalKind])[] {
  const kinds = new Map(records.flatMap(({ shape }) => shape.fields.flatMap(({ name, personal }) => (personal ? [[name, personal] as const] : []))));
  return [...kinds].toSorted(([one], [other]) => (one < other ? -1 : 1));
}

function readShapes(files: readonly SchemaFile[]): (file: SchemaFile) => RecordShape {
  const byName = new Map(files.map((file) => [fullNameIn(file), file]));
  const underway = new Set<string>();
  const read = (file: SchemaFile): RecordShape => {
    if (underway.has(file.path)) throw unreadable(file.path, 'it contains itself');
    underway.add(file.path);
    const shape = shapeOf(file.text, file.path, (fullName) => {
      const other = byName.get(fullName);
      return other && read(other);
    });
    underway.delete(file.path);
    return shape;
  };
  return read;
}

function fullNameIn({ path, text }: SchemaFile): string {
  const json = objectAt(parseJson(text, path), path);
  return `${wordAt(json, 'namespace', path)}.${wordAt(json, 'name', path)}`;
}

function recordOf({ path, text }: SchemaFile, shape: RecordShape): RecordSchema | MessageSchema {
  const kafka = objectAt(parseJson(text, path), path)['kafka'];
  const name = shortName(shape.fullName);
  return kafka === undefined ? { name, shape } : { name, shape, kafka: readRouting(objectAt(kafka, path), path) };
}

function isMessage(schema: RecordSchema | MessageSchema): schema is MessageSchema {
  return 'kafka' in schema;
}

function doubles(records: readonly RecordSchema[]): readonly string[] {
  const seen = new Set<string>();
  return records.filter(({ name }) => seen.has(name) || !seen.add(name)).map(({ shape }) => `${shape.fullName}: its short name is taken`);
}

function lostNames({ name, kafka, shape }: MessageSchema, messages: readonly MessageSchema[]): readonly string[] {
  const known = new Set(messages.map((message) => message.name));
  const named = [...Object.values(kafka.reply), ...(kafka.undo === null ? [] : [kafka.undo])];
  const lost = named.filter((other) => !known.has(other)).map((other) => `${name} names ${other}, which no schema defines`);
  const keyed = shape.fields.some((field) => field.name === kafka.key && field.shape.kind === 'string');
  return keyed ? lost : [...lost, `${name} is keyed by ${kafka.key}, which is no text field of it`];
}

function wordless({ name, shape }: RecordSchema): readonly string[] {
  const silent = shape.fields.filter((field) => field.doc === '').map((field) => `field ${field.name} of ${name} has no doc`);
  return shape.doc === '' ? [`${name} has no doc`, ...silent] : silent;
}

// masks go by the name of a field alone
function twoKinds(records: readonly RecordSchema[]): readonly string[] {
  const kinds = new Map(personalOf(records));
  return records.flatMap(({ name, shape }) => shape.fields.filter((field) => kinds.get(field.name) !== field.personal)
    .map((field) => `field ${field.name} of ${name} must be marked "personal": "${kinds.get(field.name) ?? ''}" as in the other records, or be called otherwise`));
}
