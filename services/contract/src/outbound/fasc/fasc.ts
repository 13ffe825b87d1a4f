import type { Clock } from '@order-mesh/kernel';
import { fieldOf, listOf, textOf, type CallResult } from '@order-mesh/outbound';
import { fileCourier, type FileCourier } from '../files.ts';
import { PAGE_HEIGHT, type SealPlace } from '../paper/paper.ts';
import { refusedByProvider, type Draft, type ESignProvider, type FlowState } from '../provider.ts';
import { fascClient, type FascAccess, type FascAnswer, type FascClient } from './client.ts';

export interface FascSettings extends FascAccess {
  /** Further hosts that files may be put to and fetched from: `host`, `host:port`, or `.domain`. */
  readonly fileHosts: readonly string[];
  /** The selling company's openCorpId: it begins the tasks, pays for them and seals them. */
  readonly openCorpId: string;
  /** The approved scene (免验证签场景码) in which its seal is set without being asked; without one a person of ours signs, too. */
  readonly freeSignBusinessId: string;
  /** How often a second each of its calls may be made. */
  readonly callsPerSecond: number;
  /** Legal name of the selling company. */
  readonly seller: string;
  /** The secret before, by which callbacks are still believed while it is exchanged; '' for none. */
  readonly appSecretBefore?: string;
  /** Where the provider tells us that something happened. */
  readonly callbackUrl: string;
}

/** 法大大 as FASC OpenAPI 5.1 (source: dev.fadada.com, and the SDKs and clients of its users). A flow is a signing task there. */
export function fasc(settings: FascSettings, clock: Clock): ESignProvider {
  const client = fascClient(settings, clock);
  const files = fileCourier(settings);
  const owner = { idType: 'corp', openId: settings.openCorpId };
  return {
    name: 'fasc',
    limits: { perSecond: settings.callsPerSecond },
    draft: (draft, signal) => drawUp({ client, files, settings }, draft, signal),
    start: async ({ signFlowId }, signal) => done(await client.post('/sign-task/start', { signTaskId: signFlowId }, signal)),
    read: async ({ signFlowId }, signal) => flowState(await client.post('/sign-task/get-detail', { signTaskId: signFlowId }, signal)),
    revoke: async ({ signFlowId }, signal) => done(await client.post('/sign-task/cancel', { signTaskId: signFlowId, terminationNote: '订单已取消' }, signal)),
    rescind: async ({ signFlowId }, signal) => done(await client.post('/sign-task/abolish', abolishing(signFlowId, settings), signal)),
    async download({ signFlowId }, signal) {
      const answer = await client.post('/sign-task/owner/get-download-url', { ownerId: owner, signTaskId: signFlowId, downloadMode: 'download', compression: false }, signal);
      if (answer.type !== 'data') return answer.type === 'no' ? refusedByProvider(answer.code, answer.message) : answer;
      const bytes = await files.fetchPdf(textOf(answer.data, 'downloadUrl'), signal);
      return bytes ? { type: 'answered', answer: bytes } : { type: 'unavailable', detail: 'the signed document cannot be fetched yet' };
    },
  };
}

interface Means {
  readonly client: FascClient;
  readonly files: FileCourier;
  readonly settings: FascSettings;
}

function done(answer: FascAnswer): CallResult<null> {
  if (answer.type === 'no') return refusedByProvider(answer.code, answer.message);
  return answer.type === 'data' ? { type: 'answered', answer: null } : answer;
}

const STATUS = new Map<string, Pick<FlowState, 'status' | 'rescission'>>([
  ...['task_created', 'finish_creation'].map((draft) => [draft, { status: 'draft', rescission: 'none' }] as const),
  ...['fill_progress', 'fill_completed', 'sign_progress', 'sign_completed'].map((open) => [open, { status: 'open', rescission: 'none' }] as const),
  ['task_finished', { status: 'completed', rescission: 'none' }],
  ['abolishing', { status: 'completed', rescission: 'open' }],
  ['revoked', { status: 'completed', rescission: 'done' }],
  ['expired', { status: 'expired', rescission: 'none' }],
]);
const TERMINATED = 'task_terminated';

function flowState(answer: FascAnswer): CallResult<FlowState> {
  if (answer.type === 'no') return { type: 'refused', reason: 'unknown-flow', detail: `${answer.code} ${answer.message}` };
  if (answer.type !== 'data') return answer;
  const { data } = answer;
  const told = textOf(data, 'signTaskStatus');
  // One status for what was called off and what was refused
  const state = told === TERMINATED ? { status: isTrue(fieldOf(data, 'cancelStatus')) ? 'revoked' : 'refused', rescission: 'none' } as const : STATUS.get(told);
  if (!state) return { type: 'unknown', detail: `a status 法大大 does not document: ${told}` };
  return { type: 'answered', answer: { ...state, finishedAt: Number(textOf(data, 'finishTime') || 0), words: textOf(data, 'terminationNote') || told } };
}

// Documented as a boolean and, beside it, as 1 or 0
const isTrue = (value: unknown): boolean => value === true || String(value) === '1' || value === 'true';

async function drawUp(means: Means, draft: Draft, signal: AbortSignal): Promise<CallResult<{ readonly signFlowId: string }>> {
  const fileId = await upload(means, draft, signal);
  if (typeof fileId !== 'string') return fileId;
  const answer = await means.client.post('/sign-task/create', taskOf(draft, fileId, means.settings), signal);
  if (answer.type !== 'data') return answer.type === 'no' ? refusedByProvider(answer.code, answer.message) : answer;
  const signFlowId = textOf(answer.data, 'signTaskId');
  return signFlowId === '' ? { type: 'unknown', detail: '法大大 gave no task' } : { type: 'answered', answer: { signFlowId } };
}

type NotUploaded = Extract<CallResult<never>, { readonly type: 'unavailable' }>;

// A file alone binds nobody, so whatever goes wrong with it, nothing has been done
async function upload({ client, files }: Means, { title, paper }: Draft, signal: AbortSignal): Promise<string | NotUploaded> {
  try {
    const place = await client.post('/file/get-upload-url', { fileType: 'doc' }, signal);
    if (place.type !== 'data') return notUploaded(place);
    if (!(await files.put(textOf(place.data, 'uploadUrl'), paper.bytes, { 'Content-Type': 'application/octet-stream' }, signal))) return { type: 'unavailable', detail: 'the document was not taken' };
    const file = { fileType: 'doc', fddFileUrl: textOf(place.data, 'fddFileUrl'), fileName: `${plain(title)}.pdf`, fileFormat: 'pdf' };
    const processed = await client.post('/file/process', { fddFileUrlList: [file] }, signal);
    if (processed.type !== 'data') return notUploaded(processed);
    return textOf(listOf(processed.data, 'fileIdList')[0], 'fileId') || { type: 'unavailable', detail: 'the document got no number' };
  } catch (error) {
    return { type: 'unavailable', detail: `the document was not uploaded: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function notUploaded(answer: Exclude<FascAnswer, { readonly type: 'data' }>): NotUploaded {
  return { type: 'unavailable', detail: answer.type === 'no' ? `${answer.code} ${answer.message}` : answer.detail };
}

const DOCUMENT = 'contract';
const BUYER = 'buyer';
const SELLER = 'seller';
const MOST_NAME = 190;

// Its pages do not agree on which signs a name may have
const plain = (name: string): string => name.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-').slice(0, MOST_NAME);

function taskOf({ terms, paper, title, expiresAt }: Draft, fileId: string, { openCorpId, freeSignBusinessId, seller, callbackUrl }: FascSettings): object {
  const { contractId, customerName, shipTo } = terms;
  const isFree = freeSignBusinessId !== '';
  return {
    initiator: { idType: 'corp', openId: openCorpId }, signTaskSubject: title, signDocType: 'contract', transReferenceId: contractId, expiresTime: String(expiresAt), callbackUrl,
    autoStart: false, autoFinish: true, signInOrder: true, ...(isFree && { businessId: freeSignBusinessId }),
    docs: [{ docId: DOCUMENT, docName: plain(title), docFileId: fileId, docFields: [sealField(BUYER, paper.buyerSeal), sealField(SELLER, paper.sellerSeal)] }],
    actors: [
      signer(BUYER, {
        actor: { actorName: customerName, identNameForMatch: customerName, sendNotification: true, notifyType: ['start'], notifyAddress: shipTo.phone }, config: { orderNo: 1 },
      }),
      signer(SELLER, { actor: { actorName: seller, actorOpenId: openCorpId, sendNotification: !isFree }, config: { orderNo: 2, requestVerifyFree: isFree } }),
    ],
  };
}

function signer(actorId: string, { actor, config }: { readonly actor: object; readonly config: object }): object {
  return { actor: { actorId, actorType: 'corp', permissions: ['sign'], ...actor }, signFields: [{ fieldDocId: DOCUMENT, fieldId: actorId }], signConfigInfo: config };
}

const PIXELS_A_POINT = 96 / 72;

// 法大大 counts pixels (96 an inch) from the upper left corner, to the middle of the seal
function sealField(fieldId: string, { page, x, y }: SealPlace): object {
  const pixels = (points: number) => String(Math.round(points * PIXELS_A_POINT));
  return { fieldId, fieldName: fieldId, fieldType: 'corp_seal', moveable: false, position: { positionMode: 'pixel', positionPageNo: page, positionX: pixels(x), positionY: pixels(PAGE_HEIGHT - y) } };
}

function abolishing(signTaskId: string, { openCorpId, freeSignBusinessId, callbackUrl }: FascSettings): object {
  return {
    signTaskId, abolishedInitiator: { initiatorId: openCorpId }, docSource: 'platform', reason: '订单已取消', autoStart: true, followOriginalConfig: true, callbackUrl,
    ...(freeSignBusinessId !== '' && { businessId: freeSignBusinessId }),
    actors: [{ actor: { actorId: BUYER, sendNotification: true, notifyType: ['start'] } }],
  };
}
