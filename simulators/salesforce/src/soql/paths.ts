import { problem, type Problem } from '../problems.ts';
import { fieldOf, sobject, type FieldDefinition, type SobjectDefinition } from '../records/schema.ts';
import type { Store, StoredRecord, Value } from '../records/store.ts';
import { valueOf } from '../records/view.ts';

/** A path such as Product2.ProductCode, understood: the references to follow, then the field. */
export interface Path {
  readonly through: readonly FieldDefinition[];
  readonly field: FieldDefinition;
}

/** Understands a path from a type, or says in Salesforce's words why it can't. */
export function understand(type: SobjectDefinition, path: string): Path | Problem {
  const words = path.split('.');
  const through: FieldDefinition[] = [];
  let from = type;
  for (const word of words.slice(0, -1)) {
    const reference = from.fields.find((field) => field.refersTo?.relationship.toLowerCase() === word.toLowerCase());
    if (!reference?.refersTo) return problem('INVALID_FIELD', `Didn't understand relationship '${word}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name.`);
    through.push(reference);
    from = sobject(reference.refersTo.sobject);
  }
  const last = words.at(-1) ?? '';
  const field = fieldOf(from, last);
  return field ? { through, field } : problem('INVALID_FIELD', `No such column '${last}' on entity '${from.name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name.`);
}

export function isProblem(found: Path | Problem): found is Problem {
  return 'errorCode' in found;
}

/** The record at the end of the references, or undefined where one of them is empty. */
export function follow(store: Store, record: StoredRecord, through: readonly FieldDefinition[]): StoredRecord | undefined {
  let reached: StoredRecord | undefined = record;
  for (const reference of through) {
    const id: Value | undefined = reached?.fields[reference.name];
    reached = reference.refersTo && typeof id === 'string' ? store.find(reference.refersTo.sobject, id) : undefined;
  }
  return reached;
}

/** The value at the end of the path; null where a reference on the way is empty. */
export function lookUp(store: Store, record: StoredRecord, { through, field }: Path): Value {
  const reached = follow(store, record, through);
  return reached ? valueOf(store, reached, field) : null;
}
