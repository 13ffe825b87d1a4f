import { createHmac, randomUUID } from 'node:crypto';
import { objectIn, sealed, textIn, type Cabinet, type Journal, type Json } from '@order-mesh/simulator';
import type { Desk } from './desk.ts';
import { draftFlow, draftRescission } from './drafts.ts';
import { expire, finish, isProblem, revoke, start, statusWord, whoseTurn, type Flow, type Problem, type Step } from './flow.ts';
import type { Entry, Memory } from './memory.ts';
import { md5, type EsignCredentials } from './signature.ts';
import { detailOf, isListed, rowOf } from './views.ts';

/** Everything a call can need. */
export interface House {
  readonly memory: Memory;
  readonly journal: Journal<Entry>;
  readonly cabinet: Cabinet;
  readonly desk: Desk;
  readonly credentials: EsignCredentials;
  readonly now: () => number;
}

/** A call that was let in. */
export interface Visit {
  readonly id: string;
  readonly body: Json;
  /** Where this server is reached: "http://127.0.0.1:8083". */
  readonly base: string;
}

type Verb = (house: House, visit: Visit) => Json | Problem;

/** Takes a file's name and size in and says where its bytes are to be put. */
export const announceFile: Verb = (house, { body, base }) => {
  const name = textIn(body['fileName']);
  const contentMd5 = textIn(body['contentMd5']);
  const size = Number(body['fileSize']);
  if (!name || !contentMd5 || !(size > 0)) return { code: 1435002, message: '参数错误: fileName、contentMd5、fileSize不能为空' };
  const id = randomUUID().replaceAll('-', '');
  house.journal.record({ type: 'announced', file: { id, name, size, contentMd5, contentType: textIn(body['contentType']) ?? 'application/pdf' } });
  return { fileId: id, fileUploadUrl: `${base}/upload/${id}?signature=${pass(house, `upload ${id}`)}` };
};

/** Says whether a file has arrived: 0 not yet, 2 ready. */
export const fileStatus: Verb = ({ memory }, { id }) => {
  const file = memory.file(id);
  if (!file) return { code: 1435203, message: `文件不存在: ${id}` };
  return { fileId: id, fileName: file.name, fileSize: file.size, fileStatus: memory.isUploaded(id) ? 2 : 0, fileTotalPageCount: 1 };
};

/** Puts a file's bytes away; says in words why not. */
export function receiveFile(house: House, { id, bytes, signature }: { readonly id: string; readonly bytes: Buffer; readonly signature: string }): string | undefined {
  const file = house.memory.file(id);
  if (!file || signature !== pass(house, `upload ${id}`)) return 'SignatureDoesNotMatch';
  if (md5(bytes) !== file.contentMd5) return 'InvalidDigest';
  house.cabinet.put(id, bytes);
  house.journal.record({ type: 'uploaded', fileId: id });
  return undefined;
}

/** Begins a flow; asking twice begins two, as e签宝 does. */
export const createByFile: Verb = ({ memory, desk, now }, { body }) => {
  const flow = draftFlow(body, memory.isUploaded, now());
  const taken = isProblem(flow) ? flow : desk.take({ flow, notices: [] });
  return isProblem(taken) ? taken : { signFlowId: taken.id };
};

/** Lists flows by time, status and signer, or (ours) by the caller's own number. */
export const listFlows: Verb = ({ memory }, { body }) => {
  const page = Number(body['pageNum'] ?? 1);
  const size = Number(body['pageSize'] ?? 20);
  if (!(page >= 1) || !(size >= 1 && size <= 100)) return { code: 1435002, message: '参数错误: pageNum最小为1，pageSize范围为1-100' };
  const number = textIn(body['customBizNum']);
  const isBounded = ['signFlowStartTimeFrom', 'signFlowStartTimeTo', 'signFlowFinishTimeFrom', 'signFlowFinishTimeTo'].some((bound) => typeof body[bound] === 'number');
  if (!isBounded && number === undefined) return { code: 1435002, message: '参数错误: 发起签署流程的时间区间和完结签署流程的时间区间不可同时为空' };
  const listed = memory.flows(number).filter((flow) => isListed(flow, body));
  return { total: listed.length, signFlowInfos: listed.slice((page - 1) * size, page * size).map(rowOf) };
};

/** Shows one flow. */
export const flowDetail: Verb = (house, visit) => withFlow(house, visit, detailOf);

/** Gives the link under which a signer would sign. */
export const signUrl: Verb = (house, visit) => withFlow(house, visit, (flow) => {
  if (flow.status === 0) return { code: 1437103, message: '流程未开启' };
  const operator = objectIn(visit.body['operator']);
  const name = textIn(operator['psnAccount']) ?? textIn(operator['psnId']);
  const takesPart = flow.signers.some(({ psnAccount, psnId }) => name === psnAccount || name === psnId);
  if (name !== undefined && !takesPart) return { code: 1437114, message: '当前用户不是流程参与人, 无权查看流程' };
  return { shortUrl: `${visit.base}/s/${flow.id.slice(0, 8)}`, url: `${visit.base}/guide?flowId=${flow.id}` };
});

/** Opens a draft. */
export const startFlow: Verb = (house, visit) => move(house, visit, (flow) => start(flow, house.now()));

/** Completes a flow that does not finish by itself. */
export const finishFlow: Verb = (house, visit) => move(house, visit, (flow) => finish(flow, house.now()));

/** Calls a flow off. */
export const revokeFlow: Verb = (house, visit) => move(house, visit, (flow) => revoke(flow, textIn(visit.body['revokeReason']) ?? '发起方撤销', house.now()));

/** Begins the flow that takes a complete contract back; its signers sign as they did before. */
export const rescindFlow: Verb = (house, visit) => withFlow(house, visit, (flow) => {
  const rescission = draftRescission(flow, visit.body, house.now());
  const taken = isProblem(rescission) ? rescission : house.desk.take({ flow: rescission, notices: [] });
  return isProblem(taken) ? taken : { signFlowId: taken.id };
});

/** Gives the page on which a person would take the contract back; here somebody does at once. */
export const rescissionUrl: Verb = (house, visit) => {
  const rescission = rescindFlow(house, visit);
  if (isProblem(rescission)) return rescission;
  return { rescissionUrl: `${visit.base}/start/rescind?flowId=${visit.id}`, rescissionShortUrl: `${visit.base}/r/${visit.id.slice(0, 8)}` };
};

/** Gives links to the signed files, an hour long. */
export const downloadUrl: Verb = (house, visit) => withFlow(house, visit, (flow) => {
  if (flow.status !== 2) return { code: 1437518, message: '流程非签署完成状态，不允许下载文档' };
  const until = house.now() + 3_600_000;
  const link = (fileId: string) => `${visit.base}/download/${flow.id}/${fileId}?until=${until}&signature=${pass(house, `${flow.id} ${fileId} ${until}`)}`;
  return { files: flow.docs.map(({ fileId, fileName }) => ({ fileId, fileName, downloadUrl: link(fileId) })), attachments: [] };
});

/** The signed file behind a download link; undefined when the link is not ours or is over. */
export function signedFile(house: House, link: { readonly flowId: string; readonly fileId: string; readonly until: string; readonly signature: string }): Buffer | undefined {
  const flow = house.memory.flow(link.flowId);
  const bytes = house.cabinet.get(link.fileId);
  const isOurs = link.signature === pass(house, `${link.flowId} ${link.fileId} ${link.until}`);
  if (!flow || !bytes || !isOurs || Number(link.until) < house.now()) return undefined;
  const hands = flow.signers.map(({ orgName, psnName, operateTime }) => `${orgName ?? psnName ?? '平台方'}@${operateTime ?? 0}`);
  return sealed(bytes, `signed in flow ${flow.id} (${statusWord(flow.status)}) by ${hands.join(', ')}`);
}

function withFlow(house: House, { id }: Visit, use: (flow: Flow) => Json | Problem): Json | Problem {
  const flow = house.memory.flow(id);
  if (!flow) return { code: 1435011, message: `流程不存在:${id}` };
  const expired = whoseTurn(flow) && expire(flow, house.now());
  const current = expired ? house.desk.take(expired) : flow;
  return isProblem(current) ? current : use(current);
}

function move(house: House, visit: Visit, step: (flow: Flow) => Step | Problem): Json | Problem {
  return withFlow(house, visit, (flow) => {
    const taken = house.desk.take(step(flow));
    return isProblem(taken) ? taken : {};
  });
}

function pass({ credentials }: House, what: string): string {
  return createHmac('sha256', credentials.appSecret).update(what).digest('hex');
}
