import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '@order-mesh/kernel';
import { fieldOf, listOf, textOf, type CallResult } from '@order-mesh/outbound';
import { fileCourier, type FileCourier } from '../files.ts';
import type { Paper, SealPlace } from '../paper/paper.ts';
import { refusedByProvider, type Draft, type ESignProvider, type FlowState } from '../provider.ts';
import { esignClient, type EsignAccess, type EsignAnswer, type EsignClient } from './client.ts';
import { contentMd5 } from './signature.ts';

export interface EsignSettings extends EsignAccess {
  /** Further hosts that files may be put to and fetched from: `host`, `host:port`, or `.domain`. */
  readonly fileHosts: readonly string[];
  /** The secret before, by which callbacks are still believed while it is exchanged; '' for none. */
  readonly appSecretBefore?: string;
  /** Where the provider tells us that something happened. */
  readonly callbackUrl: string;
}

const NOT_PDF_YET = '1437513';
const READY = '2';
const LOOKS_AT_UPLOAD = 10;

/** e签宝 v3 as it is spoken (source: open.esign.cn and the demos of its users). */
export function esign(settings: EsignSettings, clock: Clock): ESignProvider {
  const client = esignClient(settings, clock);
  const files = fileCourier(settings);
  const flow = (signFlowId: string, step: string): string => `/v3/sign-flow/${encodeURIComponent(signFlowId)}/${step}`;
  return {
    name: 'esign',
    limits: {},
    draft: (draft, signal) => drawUp({ client, files, callbackUrl: settings.callbackUrl }, draft, signal),
    start: async ({ signFlowId }, signal) => done(await client.post(flow(signFlowId, 'start'), {}, signal)),
    read: async ({ signFlowId }, signal) => flowState(await client.get(flow(signFlowId, 'detail'), signal)),
    revoke: async ({ signFlowId }, signal) => done(await client.post(flow(signFlowId, 'revoke'), { revokeReason: '订单已取消' }, signal)),
    rescind: async ({ signFlowId }, signal) => done(await client.post(flow(signFlowId, 'initiate-rescission'), { rescindReason: '1', rescindReasonNotes: '订单已取消' }, signal)),
    async download({ signFlowId }, signal) {
      const answer = await client.get(flow(signFlowId, 'file-download-url'), signal);
      if (answer.type !== 'data') return answer.type === 'no' ? refusedByProvider(answer.code, answer.message) : answer;
      const bytes = await files.fetchPdf(textOf(listOf(answer.data, 'files')[0], 'downloadUrl'), signal);
      return bytes ? { type: 'answered', answer: bytes } : { type: 'unavailable', detail: 'the signed document cannot be fetched yet' };
    },
  };
}

interface Means {
  readonly client: EsignClient;
  readonly files: FileCourier;
  readonly callbackUrl: string;
}

function done(answer: EsignAnswer): CallResult<null> {
  if (answer.type === 'no') return refusedByProvider(answer.code, answer.message);
  return answer.type === 'data' ? { type: 'answered', answer: null } : answer;
}

const STATUS = new Map<string, FlowState['status']>([['0', 'draft'], ['1', 'open'], ['2', 'completed'], ['3', 'revoked'], ['5', 'expired'], ['7', 'refused']]);
const RESCISSION = new Map<string, FlowState['rescission']>([['', 'none'], ['0', 'none'], ['1', 'open'], ['2', 'open'], ['3', 'done']]);

function flowState(answer: EsignAnswer): CallResult<FlowState> {
  if (answer.type === 'no') return { type: 'refused', reason: 'unknown-flow', detail: `${answer.code} ${answer.message}` };
  if (answer.type !== 'data') return answer;
  const { data } = answer;
  const status = STATUS.get(textOf(data, 'signFlowStatus'));
  const rescission = RESCISSION.get(textOf(data, 'rescissionStatus'));
  if (!status || !rescission) return { type: 'unknown', detail: `a status e签宝 does not document: ${textOf(data, 'signFlowStatus')}/${textOf(data, 'rescissionStatus')}` };
  return { type: 'answered', answer: { status, rescission, finishedAt: Number(fieldOf(data, 'signFlowFinishTime') ?? 0), words: textOf(data, 'signFlowDescription') } };
}

async function drawUp({ client, files, callbackUrl }: Means, draft: Draft, signal: AbortSignal): Promise<CallResult<{ readonly signFlowId: string }>> {
  const fileId = await upload({ client, files }, draft, signal);
  if (typeof fileId !== 'string') return fileId;
  const answer = await client.post('/v3/sign-flow/create-by-file', flowOf({ ...draft, fileId, callbackUrl }), signal);
  if (answer.type === 'no') return answer.code === NOT_PDF_YET ? { type: 'unavailable', detail: `${answer.code} ${answer.message}` } : refusedByProvider(answer.code, answer.message);
  if (answer.type !== 'data') return answer;
  const signFlowId = textOf(answer.data, 'signFlowId');
  return signFlowId === '' ? { type: 'unknown', detail: 'e签宝 gave no flow' } : { type: 'answered', answer: { signFlowId } };
}

type NotUploaded = Extract<CallResult<never>, { readonly type: 'unavailable' }>;

// A file alone binds nobody, so whatever goes wrong with it, nothing has been done
async function upload({ client, files }: Pick<Means, 'client' | 'files'>, { title, paper }: Pick<Draft, 'title' | 'paper'>, signal: AbortSignal): Promise<string | NotUploaded> {
  try {
    const md5 = contentMd5(paper.bytes);
    const announced = { contentMd5: md5, contentType: 'application/pdf', convertToPDF: false, fileName: `${title}.pdf`, fileSize: paper.bytes.length };
    const place = await client.post('/v3/files/file-upload-url', announced, signal);
    if (place.type !== 'data') return notUploaded(place);
    const fileId = textOf(place.data, 'fileId');
    const isTaken = await files.put(textOf(place.data, 'fileUploadUrl'), paper.bytes, { 'Content-Type': 'application/pdf', 'Content-MD5': md5 }, signal);
    if (!isTaken) return { type: 'unavailable', detail: 'the document was not taken' };
    for (let look = 0; look < LOOKS_AT_UPLOAD; look += 1) {
      const state = await client.get(`/v3/files/${encodeURIComponent(fileId)}`, signal);
      if (state.type === 'data' && textOf(state.data, 'fileStatus') === READY) return fileId;
      await wait(100 * 2 ** Math.min(look, 4), undefined, { signal });
    }
    return { type: 'unavailable', detail: 'the document is still being taken in' };
  } catch (error) {
    return { type: 'unavailable', detail: `the document was not uploaded: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function notUploaded(answer: Exclude<EsignAnswer, { readonly type: 'data' }>): NotUploaded {
  return { type: 'unavailable', detail: answer.type === 'no' ? `${answer.code} ${answer.message}` : answer.detail };
}

interface Flow extends Draft {
  readonly fileId: string;
  readonly paper: Paper;
  readonly callbackUrl: string;
}

function flowOf({ terms, title, fileId, paper, callbackUrl, expiresAt }: Flow): object {
  const { contractId, customerName, shipTo } = terms;
  const field = (place: SealPlace, autoSign: boolean) => [{
    fileId, customBizNum: contractId, signFieldType: 0,
    normalSignFieldConfig: { autoSign, signFieldStyle: 1, signFieldPosition: { positionPage: String(place.page), positionX: place.x, positionY: place.y } },
  }];
  return {
    docs: [{ fileId, fileName: `${title}.pdf` }],
    signFlowConfig: { signFlowTitle: title, autoStart: false, autoFinish: true, signFlowExpireTime: expiresAt, notifyUrl: callbackUrl },
    signers: [
      {
        signerType: 1, signConfig: { signOrder: 1 }, signFields: field(paper.buyerSeal, false),
        orgSignerInfo: { orgName: customerName, transactorInfo: { psnAccount: shipTo.phone, psnInfo: { psnName: shipTo.contact } } },
      },
      { signerType: 1, signConfig: { signOrder: 2 }, signFields: field(paper.sellerSeal, true) },
    ],
  };
}
