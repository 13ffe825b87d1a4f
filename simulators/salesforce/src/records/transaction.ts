import { notFound, ok, problem, refused, unknownType, type Answer, type Problem } from '../problems.ts';
import { longId } from './ids.ts';
import { fieldOf, sobject, sobjectNamed, type SobjectDefinition, type SobjectName } from './schema.ts';
import type { Change, Fields, Store, StoredRecord, Value } from './store.ts';
import { readFields, salesforceTime } from './values.ts';

/** What a caller wants done to one record. */
export type SaveRequest =
  | { readonly kind: 'create'; readonly type: string; readonly fields: Written }
  | { readonly kind: 'update'; readonly type: string; readonly id: string; readonly fields: Written }
  | { readonly kind: 'upsert'; readonly type: string; readonly by: string; readonly value: string; readonly fields: Written }
  | { readonly kind: 'delete'; readonly type: string; readonly id: string };
export type Written = Readonly<Record<string, unknown>>;

/** What it comes to: the changes to make (a deletion takes its children along), and the answer to give. */
export interface Plan {
  readonly id: string;
  readonly created: boolean;
  readonly changes: readonly Change[];
}

/** Plans the requests of one call against the records as they stand; nothing is changed. */
export function planSaves(requests: readonly SaveRequest[], context: PlanContext): readonly Answer<Plan>[] {
  const transaction: Transaction = { ...context, claimed: new Set(), ahead: new Map() };
  return requests.map((request) => planOne(request, transaction));
}

export interface PlanContext {
  readonly store: Store;
  readonly userId: string;
  readonly at: number;
  /** Whether a flow of the organisation writes the id of an order into Mesh_Order_Id__c when it is activated. */
  readonly linksOrders: boolean;
}

interface Transaction extends PlanContext {
  /** Ids and unique values taken by earlier requests of the same call. */
  readonly claimed: Set<string>;
  readonly ahead: Map<SobjectName, number>;
}

function planOne(request: SaveRequest, transaction: Transaction): Answer<Plan> {
  const type = sobjectNamed(request.type);
  if (!type) return refused(unknownType(request.type));
  if (request.kind === 'create') return planCreate(type, request.fields, transaction);
  if (request.kind === 'upsert') return planUpsert(type, request, transaction);
  const record = transaction.store.find(type.name, longId(request.id));
  if (!record) return refused(/^\w{15}(\w{3})?$/.test(request.id) ? notFound : problem('MALFORMED_ID', `${type.name} ID: id value of incorrect type: ${request.id}`));
  return request.kind === 'delete' ? ok(planDelete(record, transaction)) : planUpdate(type, record, { written: request.fields, transaction });
}

function planUpsert(type: SobjectDefinition, { by, value, fields }: Extract<SaveRequest, { kind: 'upsert' }>, transaction: Transaction): Answer<Plan> {
  const key = fieldOf(type, by);
  if (!key?.externalId) return refused(problem('NOT_FOUND', `Provided external ID field does not exist or is not accessible: ${by}`, { status: 404 }));
  if (value === '') return refused(problem('MISSING_ARGUMENT', `${key.name} not specified`, { fields: [key.name] }));
  if (transaction.claimed.has(`upsert ${key.name} ${value}`)) return refused(problem('DUPLICATE_VALUE', `Duplicate external id specified: ${value}`, { fields: [key.name] }));
  transaction.claimed.add(`upsert ${key.name} ${value}`);
  const [existing, ...others] = transaction.store.allBy(type.name, key, value);
  if (existing && others.length > 0) return refused(ambiguous(key.name, [existing, ...others]));
  const written = { ...fields, [key.name]: value };
  return existing ? planUpdate(type, existing, { written, transaction }) : planCreate(type, written, transaction);
}

function ambiguous(field: string, records: readonly StoredRecord[]): Problem {
  const candidates = records.map(({ id }) => id);
  return { ...problem('DUPLICATE_EXTERNAL_ID', `${field}: more than one record found for external id field: [${candidates.join(', ')}]`, { status: 300 }), candidates };
}

function planCreate(type: SobjectDefinition, written: Written, transaction: Transaction): Answer<Plan> {
  const read = readFields(type, written, transaction.store);
  if (read.type === 'refused') return read;
  const missing = type.fields.filter((field) => field.required && (read.value[field.name] ?? null) === null).map((field) => field.name);
  if (missing.length > 0) return refused(problem('REQUIRED_FIELD_MISSING', `Required fields are missing: [${missing.join(', ')}]`, { fields: missing }));
  if (type.name === 'Order' && read.value['Status'] !== 'Draft') return refused(problem('FAILED_ACTIVATION', "An order is created with the status Draft and activated afterwards", { fields: ['Status'] }));
  const ahead = transaction.ahead.get(type.name) ?? 0;
  const id = transaction.store.nextId(type.name, ahead);
  const clash = claimUnique(type, id, { fields: read.value, transaction });
  if (clash) return refused(clash);
  transaction.ahead.set(type.name, ahead + 1);
  const fields = { ...numbered(type, transaction.store.created(type.name) + 1 + ahead), ...read.value, ...stamps(transaction), CreatedDate: salesforceTime(transaction.at), CreatedById: transaction.userId };
  return ok({ id, created: true, changes: [{ kind: 'CREATE', sobject: type.name, id, fields }] });
}

function planUpdate(type: SobjectDefinition, record: StoredRecord, { written, transaction }: { readonly written: Written; readonly transaction: Transaction }): Answer<Plan> {
  const read = readFields(type, written, transaction.store);
  if (read.type === 'refused') return read;
  const emptied = type.fields.filter((field) => field.required && read.value[field.name] === null).map((field) => field.name);
  if (emptied.length > 0) return refused(problem('REQUIRED_FIELD_MISSING', `Required fields are missing: [${emptied.join(', ')}]`, { fields: emptied }));
  if (transaction.claimed.has(record.id)) return refused(problem('DUPLICATE_VALUE', `Duplicate id in list: ${record.id}`));
  const clash = claimUnique(type, record.id, { fields: read.value, transaction });
  if (clash) return refused(clash);
  transaction.claimed.add(record.id);
  const activated = type.name === 'Order' && read.value['Status'] === 'Activated' && record.fields['Status'] !== 'Activated';
  const link = transaction.linksOrders && !record.fields['Mesh_Order_Id__c'] ? { Mesh_Order_Id__c: record.id } : {};
  const fields = { ...(activated ? { ...link, ActivatedDate: salesforceTime(transaction.at) } : {}), ...read.value, ...stamps(transaction) };
  return ok({ id: record.id, created: false, changes: [{ kind: 'UPDATE', sobject: type.name, id: record.id, fields }] });
}

function planDelete(record: StoredRecord, { store }: Transaction): Plan {
  const children = sobject(record.sobject).children.flatMap((child) => store.childrenOf(record.id, child.sobject));
  const changes = [...children, record].map((gone): Change => ({ kind: 'DELETE', sobject: gone.sobject, id: gone.id, fields: {} }));
  return { id: record.id, created: false, changes };
}

function claimUnique(type: SobjectDefinition, id: string, { fields, transaction }: { readonly fields: Fields; readonly transaction: Transaction }) {
  for (const { name } of type.fields.filter((field) => field.externalId && !field.repeats)) {
    const value = fields[name];
    if (typeof value !== 'string') continue;
    const holder = transaction.store.findBy(type.name, name, value);
    const taken = (holder && holder.id !== id) || transaction.claimed.has(`${name} ${value}`);
    if (taken) return problem('DUPLICATE_VALUE', `duplicate value found: ${name} duplicates value on record with id: ${holder?.id ?? 'another record of this call'}`, { fields: [name] });
    transaction.claimed.add(`${name} ${value}`);
  }
  return undefined;
}

function numbered(type: SobjectDefinition, count: number): Readonly<Record<string, Value>> {
  if (type.name === 'Order') return { OrderNumber: String(count).padStart(8, '0') };
  if (type.name === 'OrderItem') return { OrderItemNumber: String(count).padStart(10, '0') };
  return {};
}

function stamps({ at, userId }: PlanContext): Readonly<Record<string, Value>> {
  return { LastModifiedDate: salesforceTime(at), LastModifiedById: userId, SystemModstamp: salesforceTime(at) };
}
