import type { FieldDefinition, SobjectDefinition } from '../records/schema.ts';

/** A field of the event: one field of the record, or the compound that several of them form. */
export interface EventField {
  readonly name: string;
  readonly parts: readonly FieldDefinition[];
  readonly compound: boolean;
}

/** The fields of the event after its header, in schema order. */
export function eventFields(type: SobjectDefinition): readonly EventField[] {
  const named = new Map<string, FieldDefinition[]>();
  for (const field of type.fields.filter(({ name }) => name !== 'Id' && name !== 'SystemModstamp')) {
    const name = field.partOf?.compound ?? field.name;
    named.set(name, [...(named.get(name) ?? []), field]);
  }
  return [...named].map(([name, parts]) => ({ name, parts, compound: parts[0]?.partOf !== undefined }));
}
