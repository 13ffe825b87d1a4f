import { createHmac, randomInt, randomUUID } from 'node:crypto';
import { listIn, objectIn, sealed, textIn, type Cabinet, type Journal, type Json } from '@order-mesh/simulator';
import type { Desk } from './desk.ts';
import { draftAbolishing, draftTask } from './drafts.ts';
import type { Entry, Memory } from './memory.ts';
import type { FascCredentials } from './signature.ts';
import { cancel, expire, finish, isProblem, start, type Problem, type SignTask, type Step } from './task.ts';
import { detailOf } from './views.ts';

/** Everything a call can need. */
export interface House {
  readonly memory: Memory;
  readonly journal: Journal<Entry>;
  readonly cabinet: Cabinet;
  readonly desk: Desk;
  readonly credentials: FascCredentials;
  readonly now: () => number;
}

/** A call that was let in: what it asks for, and where this server is reached. */
export interface Visit {
  readonly body: Json;
  readonly base: string;
}

/** Answers a call: its data, null where there is none to give, or a "no". */
export type Verb = (house: House, visit: Visit) => Json | null | Problem;

const UPLOAD_MS = 30 * 60_000;
const DOWNLOAD_MS = 60 * 60_000;

/** Says where a file's bytes are to be put, half an hour long. */
export const uploadUrl: Verb = (house, { body, base }) => {
  if (!['doc', 'attach', 'auth'].includes(String(body['fileType']))) return wrong('fileType');
  const place = randomUUID().replaceAll('-', '');
  house.journal.record({ type: 'announced', place });
  const until = house.now() + UPLOAD_MS;
  return { uploadUrl: `${base}/upload/${place}?until=${until}&signature=${pass(house, `upload ${place} ${until}`)}`, fddFileUrl: `${base}/files/${place}` };
};

/** Puts a file's bytes away; false when the address is not ours or is over. */
export function receiveFile(house: House, { place, bytes, until, signature }: { readonly place: string; readonly bytes: Buffer; readonly until: string; readonly signature: string }): boolean {
  const isOurs = house.memory.isAnnounced(place) && signature === pass(house, `upload ${place} ${until}`);
  if (!isOurs || Number(until) < house.now()) return false;
  house.cabinet.put(place, bytes);
  return true;
}

/** Makes uploaded files ready for signing and numbers them. */
export const processFiles: Verb = ({ journal, cabinet }, { body }) => {
  const files = listIn(body['fddFileUrlList']).map((file) => ({ fddFileUrl: textIn(file['fddFileUrl']) ?? '', fileName: textIn(file['fileName']) ?? '' }));
  if (files.length === 0 || files.length > 10) return wrong('fddFileUrlList');
  if (files.some(({ fileName }) => !/^[^/\\:*"<>|?]+\.[a-z]+$/.test(fileName))) return { code: '211157', message: '文件处理失败，文件后缀名与源文件不匹配' };
  const placed = files.map((file) => ({ ...file, place: file.fddFileUrl.split('/').at(-1) ?? '', fileId: String(randomInt(10_000_000_000, 100_000_000_000)) }));
  if (placed.some(({ place }) => cabinet.get(place) === undefined)) return { code: '211156', message: '文件不存在' };
  journal.record(...placed.map(({ fileId, place }): Entry => ({ type: 'processed', fileId, place })));
  return { fileIdList: placed.map(({ fileId, fddFileUrl, fileName }) => ({ fileId, fileType: 'doc', fddFileUrl, fileName, fileTotalPages: 1 })) };
};

/** Draws a task up, and starts it when asked to; asking twice makes two. */
export const createTask: Verb = (house, { body }) => {
  const task = draftTask(body, knownTo(house));
  if (isProblem(task)) return task;
  const taken = house.desk.take(body['autoStart'] === true ? start(task, house.now()) : { task, notices: [] });
  return isProblem(taken) ? taken : { signTaskId: taken.id };
};

/** Puts a draft before its actors. */
export const startTask: Verb = (house, visit) => move(house, visit, (task) => start(task, house.now()));

/** Ends a task that does not end by itself. */
export const finishTask: Verb = (house, visit) => move(house, visit, (task) => finish(task, house.now()));

/** Calls a task off. */
export const cancelTask: Verb = (house, visit) => move(house, visit, (task) => cancel(task, textIn(visit.body['terminationNote']) ?? '', house.now()));

/** Deletes a draft. */
export const deleteTask: Verb = (house, visit) => withTask(house, visit, (task) => {
  if (task.status !== 'task_created') return { code: '211128', message: '当前签署任务状态不允许删除' };
  house.journal.record({ type: 'deleted', taskId: task.id });
  return null;
});

/** Draws up the task in which the actors agree that a finished one is void, and starts it when asked to. */
export const abolishTask: Verb = (house, visit) => withTask(house, visit, (original) => {
  const task = draftAbolishing(original, visit.body, knownTo(house));
  if (isProblem(task)) return task;
  const taken = house.desk.take(visit.body['autoStart'] === true ? start(task, house.now()) : { task, notices: [] });
  return isProblem(taken) ? taken : { abolishedSignTaskId: taken.id };
});

/** Shows one task. */
export const taskDetail: Verb = (house, visit) => withTask(house, visit, (task) => detailOf(task, house.credentials.openCorpId));

/** Gives the link under which an actor would sign. */
export const actorUrl: Verb = (house, visit) => withTask(house, visit, (task) => {
  if (!task.actors.some(({ actorId }) => actorId === visit.body['actorId'])) return { code: '211066', message: '参与方不存在' };
  return { actorSignTaskUrl: `${visit.base}/s/${task.id.slice(-8)}`, actorSignTaskEmbedUrl: `${visit.base}/embed/${task.id}` };
});

/** Gives the link to the signed file, an hour long. */
export const downloadUrl: Verb = (house, visit) => withTask(house, visit, (task) => {
  if (objectIn(visit.body['ownerId'])['openId'] !== house.credentials.openCorpId) return { code: '210032', message: '企业用户不存在' };
  if (!HAS_FILE.has(task.status)) return { code: '211160', message: '签署任务未完成，不能下载签署文档' };
  if (visit.body['downloadMode'] !== 'download') return { downloadUrl: `${visit.base}/preview/${task.id}` };
  const until = house.now() + DOWNLOAD_MS;
  return { downloadUrl: `${visit.base}/download/${task.id}?until=${until}&signature=${pass(house, `download ${task.id} ${until}`)}` };
});

/** The signed file behind a download link; undefined when the link is not ours or is over. */
export function signedFile(house: House, { taskId, until, signature }: { readonly taskId: string; readonly until: string; readonly signature: string }): Buffer | undefined {
  const task = house.memory.task(taskId);
  const place = task?.docs[0] && house.memory.placeOf(task.docs[0].docFileId);
  const bytes = place === undefined ? undefined : house.cabinet.get(place);
  if (!task || !bytes || signature !== pass(house, `download ${taskId} ${until}`) || Number(until) < house.now()) return undefined;
  return sealed(bytes, `signed in task ${task.id} by ${task.actors.map(({ actorName, actedAt }) => `${actorName}@${actedAt ?? 0}`).join(', ')}`);
}

const HAS_FILE: ReadonlySet<SignTask['status']> = new Set(['task_finished', 'abolishing', 'revoked']);

function knownTo({ credentials, memory, now }: House) {
  return { openCorpId: credentials.openCorpId, isReady: (fileId: string) => memory.placeOf(fileId) !== undefined, now: now() };
}

function withTask(house: House, { body }: Visit, use: (task: SignTask) => Json | null | Problem): Json | null | Problem {
  const task = house.memory.task(textIn(body['signTaskId']) ?? '');
  if (!task) return { code: '211051', message: '签署任务不存在' };
  const expired = expire(task, house.now());
  const current = expired ? house.desk.take(expired) : task;
  return isProblem(current) ? current : use(current);
}

function move(house: House, visit: Visit, step: (task: SignTask) => Step | Problem): Json | null | Problem {
  return withTask(house, visit, (task) => {
    const taken = house.desk.take(step(task));
    return isProblem(taken) ? taken : null;
  });
}

function wrong(what: string): Problem {
  return { code: '100011', message: `参数错误: ${what}` };
}

function pass({ credentials }: House, what: string): string {
  return createHmac('sha256', credentials.appSecret).update(what).digest('hex');
}
