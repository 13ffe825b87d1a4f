import type { Express } from 'express';
import { notFound, problem, unknownType, type Answer } from '../problems.ts';
import { longId } from '../records/ids.ts';
import { fieldOf, sobjectNamed, type SobjectDefinition } from '../records/schema.ts';
import type { StoredRecord } from '../records/store.ts';
import type { Plan, SaveRequest } from '../records/transaction.ts';
import { showRecord } from '../records/view.ts';
import { authorised, fieldsOf, param, sendProblems, type Call, type Rest } from './reply.ts';

const BASE = '/services/data/:version/sobjects';

/** Single records: create, read, change, delete, upsert by external id, and the description of a type. */
export function sobjectRoutes(app: Express, { organisation, sessions }: Rest): void {
  const save = (call: Call, request: SaveRequest) => organisation.save([request], call.writer)[0];
  const type = ({ request }: Call) => param(request, 'type');
  const by = ({ request }: Call) => ({ by: param(request, 'field'), value: param(request, 'value') });

  app.get(`${BASE}/:type/describe`, authorised(sessions, (call) => describeType(call, type(call))));
  app.post(`${BASE}/:type`, authorised(sessions, (call) => {
    sendSaved(call, save(call, { kind: 'create', type: type(call), fields: fieldsOf(call.request.body) }), 201);
  }));
  app.get(`${BASE}/:type/:id`, authorised(sessions, (call) => {
    const found = sobjectNamed(type(call));
    sendRecord(call, found && organisation.store.find(found.name, longId(param(call.request, 'id'))), { type: found, rest: { organisation, sessions } });
  }));
  app.patch(`${BASE}/:type/:id`, authorised(sessions, (call) => {
    sendSaved(call, save(call, { kind: 'update', type: type(call), id: param(call.request, 'id'), fields: fieldsOf(call.request.body) }), 204);
  }));
  app.delete(`${BASE}/:type/:id`, authorised(sessions, (call) => {
    sendSaved(call, save(call, { kind: 'delete', type: type(call), id: param(call.request, 'id') }), 204);
  }));
  app.patch(`${BASE}/:type/:field/:value`, authorised(sessions, (call) => {
    sendUpserted(call, save(call, { kind: 'upsert', type: type(call), ...by(call), fields: fieldsOf(call.request.body) }));
  }));
  app.get(`${BASE}/:type/:field/:value`, authorised(sessions, (call) => {
    const found = sobjectNamed(type(call));
    const key = found && fieldOf(found, by(call).by);
    const [record, ...others] = found && key ? organisation.store.allBy(found.name, key, by(call).value) : [];
    if (others.length > 0) return sendChoices(call, [record, ...others].flatMap((one) => (one ? [one.id] : [])));
    sendRecord(call, record, { type: found, rest: { organisation, sessions } });
  }));
}

function sendSaved({ response }: Call, plan: Answer<Plan> | undefined, status: 201 | 204): void {
  if (plan?.type !== 'ok') return sendProblems(response, [plan?.problem ?? notFound]);
  if (status === 204) return void response.status(204).end();
  response.status(201).json({ id: plan.value.id, success: true, errors: [] });
}

// Several records of the same external id: the caller has to choose
function sendChoices({ request, response, version }: Call, ids: readonly string[]): void {
  response.status(300).json(ids.map((id) => `/services/data/${version}/sobjects/${param(request, 'type')}/${id}`));
}

function sendUpserted(call: Call, plan: Answer<Plan> | undefined): void {
  const candidates = plan?.type === 'refused' ? plan.problem.candidates : undefined;
  if (candidates) return sendChoices(call, candidates);
  if (plan?.type !== 'ok') return sendProblems(call.response, [plan?.problem ?? notFound]);
  const { id, created } = plan.value;
  call.response.status(created ? 201 : 200).json({ id, success: true, errors: [], created });
}

function sendRecord({ request, response, version }: Call, record: StoredRecord | undefined, { type, rest }: { readonly type: SobjectDefinition | undefined; readonly rest: Rest }): void {
  if (!type) return sendProblems(response, [unknownType(param(request, 'type'))]);
  if (!record) return sendProblems(response, [notFound]);
  const names = typeof request.query['fields'] === 'string' ? request.query['fields'].split(',') : type.fields.map(({ name }) => name);
  const unknown = names.find((name) => !fieldOf(type, name));
  if (unknown !== undefined) return sendProblems(response, [problem('INVALID_FIELD', `No such column '${unknown}' on sobject of type ${type.name}`)]);
  response.json(showRecord(rest.organisation.store, record, { version, fields: names.flatMap((name) => fieldOf(type, name) ?? []) }));
}

function describeType({ response }: Call, name: string): void {
  const type = sobjectNamed(name);
  if (!type) return sendProblems(response, [unknownType(name)]);
  const fields = type.fields.map((field) => ({
    name: field.name,
    type: field.externalId ? 'string' : field.kind,
    externalId: field.externalId === true,
    unique: field.externalId === true,
    nillable: field.required !== true,
    createable: field.readOnly !== true,
    updateable: field.readOnly !== true,
    custom: field.name.endsWith('__c'),
    referenceTo: field.refersTo ? [field.refersTo.sobject] : [],
    relationshipName: field.refersTo?.relationship ?? null,
    picklistValues: (field.values ?? []).map((value) => ({ value, label: value, active: true })),
  }));
  response.json({ name: type.name, keyPrefix: type.prefix, fields });
}
