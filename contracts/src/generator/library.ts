import { MeshError } from '@order-mesh/kernel';
import type { RecordSchema, Routing } from './schema.ts';

export type MessageSchema = RecordSchema & { readonly kafka: Routing };

/** All schemas of the mesh, proven to fit each other. */
export interface Library {
  readonly records: readonly RecordSchema[];
  readonly messages: readonly MessageSchema[];
  /** Messages by topic, both in alphabetical order. */
  readonly topics: readonly (readonly [string, readonly MessageSchema[]])[];
}

/** Puts schemas together. Throws BAD_REQUEST listing every name that leads nowhere. */
export function libraryOf(schemas: readonly RecordSchema[]): Library {
  const records = schemas.toSorted((a, b) => (a.fullName < b.fullName ? -1 : 1));
  const messages = records.filter(isMessage);
  const faults = [...doubles(records), ...messages.flatMap((message) => lostNames(message, messages)), ...records.flatMap((each) => lostRecords(each, records))];
  if (faults.length > 0) throw new MeshError('BAD_REQUEST', { advice: faults.join('; ') });
  const names = [...new Set(messages.map((message) => message.kafka.topic))].sort();
  return { records, messages, topics: names.map((topic) => [topic, messages.filter((message) => message.kafka.topic === topic)]) };
}

/** The name of a topic in code: `credit.commands.v1` is `creditCommands`, a second major `creditCommandsV2`. */
export function topicConstant(topic: string): string {
  const [context = '', kind = '', major = ''] = topic.split('.');
  return `${context}${kind.charAt(0).toUpperCase()}${kind.slice(1)}${major === 'v1' ? '' : major.toUpperCase()}`;
}

function isMessage(schema: RecordSchema): schema is MessageSchema {
  return schema.kafka !== undefined;
}

function doubles(records: readonly RecordSchema[]): readonly string[] {
  const seen = new Set<string>();
  return records.filter(({ name }) => seen.has(name) || !seen.add(name)).map(({ fullName }) => `${fullName}: its short name is taken`);
}

function lostNames({ name, kafka, fields }: MessageSchema, messages: readonly MessageSchema[]): readonly string[] {
  const known = new Set(messages.map((message) => message.name));
  const named = [...Object.values(kafka.reply), ...(kafka.undo === null ? [] : [kafka.undo])];
  const lost = named.filter((other) => !known.has(other)).map((other) => `${name} names ${other}, which no schema defines`);
  const keyed = fields.some((field) => field.name === kafka.key && field.type.kind === 'string');
  return keyed ? lost : [...lost, `${name} is keyed by ${kafka.key}, which is no text field of it`];
}

function lostRecords({ name, fields }: RecordSchema, records: readonly RecordSchema[]): readonly string[] {
  const known = new Set(records.map((each) => each.fullName));
  return fields.flatMap((field) => namesIn(field.avro)).filter((fullName) => !known.has(fullName))
    .map((fullName) => `${name} contains ${fullName}, which no schema defines`);
}

function namesIn(avro: unknown): readonly string[] {
  if (typeof avro === 'string') return avro.includes('.') ? [avro] : [];
  if (Array.isArray(avro)) return avro.flatMap(namesIn);
  return typeof avro === 'object' && avro !== null && 'items' in avro ? namesIn(avro.items) : [];
}
