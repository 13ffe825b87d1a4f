import { randomInt } from 'node:crypto';
import { listIn, objectIn, textIn, type Json } from '@order-mesh/simulator';
import type { Actor, Problem, SignTask } from './task.ts';

const MOST_SUBJECT = 200;

/** Whom and what a draft may name. */
export interface Known {
  readonly openCorpId: string;
  readonly isReady: (fileId: string) => boolean;
  readonly now: number;
}

/** Draws a task up from sign-task/create's bizContent. */
export function draftTask(body: Json, known: Known): SignTask | Problem {
  const initiator = objectIn(body['initiator']);
  const subject = textIn(body['signTaskSubject']);
  if (initiator['idType'] !== 'corp' || initiator['openId'] !== known.openCorpId) return { code: '210032', message: '企业用户不存在' };
  if (!subject || subject.length > MOST_SUBJECT) return wrong('signTaskSubject');
  const docs = listIn(body['docs']).map((doc) => ({ docId: textIn(doc['docId']) ?? '', docName: textIn(doc['docName']) ?? '', docFileId: textIn(doc['docFileId']) ?? '' }));
  if (docs.some(({ docId, docName }) => docId === '' || docName === '')) return wrong('docs');
  if (docs.some(({ docFileId }) => !known.isReady(docFileId))) return { code: '211096', message: '文档fileId不存在' };
  const stray = listIn(body['docs']).flatMap((doc) => listIn(doc['docFields'])).find((field) => fieldProblem(field));
  if (stray) return wrong(`docFields ${String(stray['fieldId'])}`);
  const actors = draftActors(body, known);
  if (isProblem(actors)) return actors;
  const expiresAt = textIn(body['expiresTime']);
  if (expiresAt !== undefined && !(Number(expiresAt) > known.now)) return wrong('expiresTime');
  return {
    ...texts({ transReferenceId: textIn(body['transReferenceId']), callbackUrl: textIn(body['callbackUrl']) }),
    id: newTaskId(), subject, status: 'task_created', isCancelled: false, docs, actors, autoFinish: body['autoFinish'] !== false, createdAt: known.now,
    ...(expiresAt !== undefined && { expiresAt: Number(expiresAt) }),
  };
}

/** Draws up the task in which the original's actors agree that it is void. */
export function draftAbolishing(original: SignTask, body: Json, { openCorpId, now }: Known): SignTask | Problem {
  if (original.abolishes) return { code: '211502', message: '作废任务不能再次作废' };
  if (original.status !== 'task_finished') return { code: '211501', message: '当前签署任务状态不允许作废' };
  if (objectIn(body['abolishedInitiator'])['initiatorId'] !== openCorpId) return { code: '211503', message: '作废发起方信息错误' };
  if (!textIn(body['reason'])) return wrong('reason');
  return {
    ...texts({ transReferenceId: original.transReferenceId, callbackUrl: textIn(body['callbackUrl']) ?? original.callbackUrl }),
    id: newTaskId(), subject: `${original.subject}-解除协议`, status: 'task_created', isCancelled: false, abolishes: original.id, docs: original.docs,
    actors: original.actors.map(({ actedAt: _before, ...actor }) => ({ ...actor, status: 'to_sign' as const })), autoFinish: true, createdAt: now,
  };
}

const FIELD_TYPES = new Set(['corp_seal', 'person_sign', 'date_sign', 'corp_seal_cross_page', 'remark_sign']);

function fieldProblem(field: Json): boolean {
  const position = objectIn(field['position']);
  const isPlaced = position['positionMode'] === 'keyword' || (Number(position['positionPageNo']) >= 1 && Number(position['positionX']) > 0 && Number(position['positionY']) > 0);
  return !textIn(field['fieldId']) || !textIn(field['fieldName']) || !FIELD_TYPES.has(String(field['fieldType'])) || !isPlaced;
}

function draftActors(body: Json, { openCorpId }: Known): readonly Actor[] | Problem {
  const given = listIn(body['actors']);
  const fields = new Set(listIn(body['docs']).flatMap((doc) => listIn(doc['docFields']).map((field) => `${String(doc['docId'])} ${String(field['fieldId'])}`)));
  const actors: Actor[] = [];
  for (const one of given) {
    const actor = objectIn(one['actor']);
    const config = objectIn(one['signConfigInfo']);
    const [actorId, actorName, openId] = [textIn(actor['actorId']), textIn(actor['actorName']), textIn(actor['actorOpenId'])];
    if (!actorId || !actorName || !Array.isArray(actor['permissions']) || !['corp', 'person'].includes(String(actor['actorType']))) return wrong('actors');
    if (openId !== undefined && openId !== openCorpId) return { code: '211150', message: '发起方或者参与方不匹配' };
    if (!actor['permissions'].includes('sign')) continue;
    if (body['signInOrder'] === true && typeof config['orderNo'] !== 'number') return { code: '211108', message: '有序签署未传签署顺序' };
    if (config['requestVerifyFree'] === true && !textIn(body['businessId'])) return { code: '211118', message: '未指定业务场景标识，无法免验证签' };
    if (listIn(one['signFields']).some((field) => !fields.has(`${String(field['fieldDocId'])} ${String(field['fieldId'])}`))) return wrong('signFields');
    actors.push({
      ...texts({ openId, notifyAddress: textIn(actor['notifyAddress']) }),
      actorId, actorName, orderNo: Number(config['orderNo'] ?? 0), seals: config['requestVerifyFree'] === true && openId !== undefined, status: 'to_sign',
    });
  }
  return new Set(actors.map(({ actorId }) => actorId)).size === actors.length ? actors : wrong('actorId');
}

function isProblem(value: readonly Actor[] | Problem): value is Problem {
  return 'code' in value;
}

function texts<Name extends string>(given: Readonly<Record<Name, string | undefined>>): Partial<Record<Name, string>> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<Record<Name, string>>;
}

function newTaskId(): string {
  return `${Date.now()}${String(randomInt(1_000_000)).padStart(6, '0')}`;
}

function wrong(what: string): Problem {
  return { code: '100011', message: `参数错误: ${what}` };
}
