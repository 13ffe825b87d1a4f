import type { Express } from 'express';
import { problem, unknownType, type Answer, type Problem } from '../problems.ts';
import { longId } from '../records/ids.ts';
import { fieldOf, sobjectNamed, sobjects } from '../records/schema.ts';
import type { Plan, SaveRequest, Written } from '../records/transaction.ts';
import { showRecord } from '../records/view.ts';
import { authorised, fieldsOf, param, sendProblems, type Call, type Rest } from './reply.ts';

const BASE = '/services/data/:version/composite/sobjects';
const MOST_RECORDS = 200;

/** Many records in one call: create, change, upsert, delete and read, up to 200 at a time. */
export function collectionRoutes(app: Express, { organisation, sessions }: Rest): void {
  const saveAll = (call: Call, make: (record: Written, type: string) => SaveRequest) => {
    const { records, allOrNone } = fieldsOf(call.request.body);
    if (!Array.isArray(records)) return sendProblems(call.response, [problem('JSON_PARSER_ERROR', 'the body needs a list of records')]);
    const given: readonly Written[] = records.map(fieldsOf);
    saveMany(call, given.map((record) => make(record, typeOf(record))), allOrNone === true);
  };
  const saveMany = (call: Call, requests: readonly SaveRequest[], allOrNone: boolean) => {
    if (requests.length > MOST_RECORDS) return sendProblems(call.response, [problem('EXCEEDED_ID_LIMIT', `record limit reached. cannot submit more than ${MOST_RECORDS} records into this call`)]);
    const isUpsert = requests.some(({ kind }) => kind === 'upsert');
    call.response.json(organisation.save(requests, call.writer, allOrNone).map((plan) => saveResult(plan, isUpsert)));
  };

  app.post(BASE, authorised(sessions, (call) => saveAll(call, (fields, type) => ({ kind: 'create', type, fields }))));
  app.patch(BASE, authorised(sessions, (call) => saveAll(call, (fields, type) => ({ kind: 'update', type, id: String(fields['id'] ?? fields['Id'] ?? ''), fields }))));
  app.patch(`${BASE}/:type/:field`, authorised(sessions, (call) => {
    const [type, by] = [param(call.request, 'type'), param(call.request, 'field')];
    const unknown = keyProblem(type, by);
    if (unknown) return sendProblems(call.response, [unknown]);
    saveAll(call, (fields) => ({ kind: 'upsert', type, by, value: String(fields[by] ?? ''), fields }));
  }));
  app.delete(BASE, authorised(sessions, (call) => {
    const ids = idsOf(call.request.query['ids']);
    saveMany(call, ids.map((id) => ({ kind: 'delete', type: typeOfId(id), id })), call.request.query['allOrNone'] === 'true');
  }));
  app.post(`${BASE}/:type`, authorised(sessions, (call) => {
    const { ids, fields } = fieldsOf(call.request.body);
    readMany(call, { organisation, sessions }, { ids: idsOf(ids), fields: idsOf(fields) });
  }));
  app.get(`${BASE}/:type`, authorised(sessions, (call) => {
    readMany(call, { organisation, sessions }, { ids: idsOf(call.request.query['ids']), fields: idsOf(call.request.query['fields']) });
  }));
}

function keyProblem(type: string, by: string): Problem | undefined {
  const found = sobjectNamed(type);
  if (!found) return unknownType(type);
  return fieldOf(found, by)?.externalId ? undefined : problem('NOT_FOUND', `Provided external ID field does not exist or is not accessible: ${by}`, { status: 404 });
}

function typeOf(record: Written): string {
  return String(fieldsOf(record['attributes'])['type'] ?? '');
}

function typeOfId(id: string): string {
  return sobjects.find(({ prefix }) => id.startsWith(prefix))?.name ?? '';
}

function idsOf(given: unknown): readonly string[] {
  if (Array.isArray(given)) return given.map(String);
  return typeof given === 'string' && given !== '' ? given.split(',') : [];
}

// Inside a collection an error's code is called statusCode; alone it is errorCode
function saveResult(plan: Answer<Plan>, isUpsert: boolean): object {
  if (plan.type === 'ok') return { id: plan.value.id, success: true, errors: [], ...(isUpsert ? { created: plan.value.created } : {}) };
  const { errorCode, message, fields } = plan.problem;
  return { success: false, errors: [{ statusCode: errorCode, message, fields }] };
}

function readMany({ request, response, version }: Call, { organisation }: Rest, { ids, fields }: { readonly ids: readonly string[]; readonly fields: readonly string[] }): void {
  const type = sobjectNamed(param(request, 'type'));
  if (!type) return sendProblems(response, [problem('NOT_FOUND', 'The requested resource does not exist', { status: 404 })]);
  const unknown = fields.find((name) => !fieldOf(type, name));
  if (unknown !== undefined) return sendProblems(response, [problem('INVALID_FIELD', `No such column '${unknown}' on sobject of type ${type.name}`)]);
  const shown = ['Id', ...fields.filter((name) => name.toLowerCase() !== 'id')].flatMap((name) => fieldOf(type, name) ?? []);
  const records = ids.map((id) => organisation.store.find(type.name, longId(id)));
  response.json(records.map((record) => record && showRecord(organisation.store, record, { version, fields: shown })).map((record) => record ?? null));
}
