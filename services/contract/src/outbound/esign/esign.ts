import { setTimeout as wait } from 'node:timers/promises';
import { days, hours, type Clock } from '@order-mesh/kernel';
import { textOf, type CallResult, type PendingCall } from '@order-mesh/outbound';
import type { Terms } from '../../domain/terms.ts';
import type { Paper, PrintContract, SealPlace } from '../paper/paper.ts';
import type { FlowRequest, SigningOperations, VoidAnswer } from '../signing-desk.ts';
import { contentMd5 } from './signature.ts';
import { esignClient, type EsignAccess, type EsignAnswer, type EsignClient } from './client.ts';
import { flowState, reading } from './flows.ts';

export interface EsignSettings extends EsignAccess {
  /** Where the provider tells us that something happened. */
  readonly callbackUrl: string;
}

// The order waits seven days; the flow ends a little before, so that it hears "expired" and not its own timeout
const OPEN_FOR = days(7) - hours(1);
const NOT_PDF_YET = '1437513';
const NOT_BEING_SIGNED = '1437203';
const NOT_A_DRAFT = '1437112';
const READY = '2';
const LOOKS_AT_UPLOAD = 10;

/** e签宝 v3. Creating a flow twice makes two, so it is created as a draft, and only then started by its id. */
export function esign(settings: EsignSettings, print: PrintContract, clock: Clock): SigningOperations {
  const client = esignClient(settings, clock);
  return {
    draft: {
      perform: ([call], signal) => one(call, ({ request, askedAt }) => drawUp(client, { terms: request, askedAt, print, callbackUrl: settings.callbackUrl }, signal)),
      // A draft binds nobody, so it is as good as none
      inquire: async () => ({ type: 'absent' }),
    },
    start: { kind: 'repeatable', perform: ([call], signal) => one(call, ({ request }) => start(client, request, signal)) },
    // Begins with looking how it stands
    void: { kind: 'repeatable', priority: 1, perform: ([call], signal) => one(call, ({ request }) => makeVoid(client, request, signal)) },
    'read-status': { kind: 'question', perform: ([call], signal) => one(call, ({ request }) => reading(client, request.signFlowId, signal)) },
  };
}

async function one<Request, Answer>(call: PendingCall<Request> | undefined, carryOut: (call: PendingCall<Request>) => Promise<CallResult<Answer>>): Promise<readonly CallResult<Answer>[]> {
  return call ? [await carryOut(call)] : [];
}

interface Sending {
  readonly terms: Terms;
  readonly askedAt: number;
  readonly print: PrintContract;
  readonly callbackUrl: string;
}

async function drawUp(client: EsignClient, { terms, askedAt, print, callbackUrl }: Sending, signal: AbortSignal): Promise<CallResult<FlowRequest>> {
  const printed = await attempted(() => print(terms));
  if (printed.type === 'unavailable') return printed;
  if (printed.type === 'unprintable') return { type: 'refused', reason: 'unprintable', detail: printed.detail };
  const fileId = await upload(client, { name: `${titleOf(terms.contractId)}.pdf`, paper: printed }, signal);
  if (typeof fileId !== 'string') return fileId;
  const answer = await client.post('/v3/sign-flow/create-by-file', flowOf({ terms, fileId, paper: printed, callbackUrl, expiresAt: askedAt + OPEN_FOR }), signal);
  if (answer.type === 'no') {
    const detail = `${answer.code} ${answer.message}`;
    return answer.code === NOT_PDF_YET ? { type: 'unavailable', detail } : { type: 'refused', reason: 'refused-by-provider', detail };
  }
  if (answer.type !== 'data') return answer;
  const signFlowId = textOf(answer.data, 'signFlowId');
  return signFlowId === '' ? { type: 'unknown', detail: 'e签宝 gave no flow' } : { type: 'answered', answer: { signFlowId } };
}

async function start(client: EsignClient, { signFlowId }: FlowRequest, signal: AbortSignal): Promise<CallResult<null>> {
  const answer = await client.post(`/v3/sign-flow/${encodeURIComponent(signFlowId)}/start`, {}, signal);
  if (answer.type === 'data') return { type: 'answered', answer: null };
  if (answer.type !== 'no') return answer;
  // Started before, by a request whose answer was lost; how it has gone on since is read from it
  if (answer.code === NOT_A_DRAFT) return { type: 'answered', answer: null };
  return { type: 'refused', reason: 'refused-by-provider', detail: `${answer.code} ${answer.message}` };
}

// What was not printed was not sent
async function attempted<Printed>(work: () => Promise<Printed>): Promise<Printed | NotUploaded> {
  try {
    return await work();
  } catch (error) {
    return { type: 'unavailable', detail: error instanceof Error ? error.message : String(error) };
  }
}

type NotUploaded = Extract<CallResult<never>, { readonly type: 'unavailable' }>;

// A file alone binds nobody, so whatever goes wrong with it, nothing has been done
async function upload(client: EsignClient, { name, paper }: { readonly name: string; readonly paper: Paper }, signal: AbortSignal): Promise<string | NotUploaded> {
  try {
    const announced = { contentMd5: contentMd5(paper.bytes), contentType: 'application/pdf', convertToPDF: false, fileName: name, fileSize: paper.bytes.length };
    const place = await client.post('/v3/files/file-upload-url', announced, signal);
    if (place.type !== 'data') return notUploaded(place);
    const fileId = textOf(place.data, 'fileId');
    if (!(await client.put(textOf(place.data, 'fileUploadUrl'), paper.bytes, signal))) return { type: 'unavailable', detail: 'the document was not taken' };
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

async function makeVoid(client: EsignClient, { signFlowId }: FlowRequest, signal: AbortSignal): Promise<CallResult<VoidAnswer>> {
  const state = await flowState(client, signFlowId, signal);
  if ('type' in state) return state;
  if (state.status !== 'open' && state.status !== 'completed') return { type: 'answered', answer: { now: 'void' } };
  if (state.rescission === 'done') return { type: 'answered', answer: { now: 'void' } };
  if (state.rescission === 'open') return { type: 'answered', answer: { now: 'rescinding', signFlowId } };
  const [step, body] = state.status === 'open' ? ['revoke', { revokeReason: '订单已取消' }] as const : ['initiate-rescission', { rescindReason: '1', rescindReasonNotes: '订单已取消' }] as const;
  const answer = await client.post(`/v3/sign-flow/${encodeURIComponent(signFlowId)}/${step}`, body, signal);
  if (answer.type === 'data') return { type: 'answered', answer: state.status === 'open' ? { now: 'void' } : { now: 'rescinding', signFlowId } };
  if (answer.type !== 'no') return answer;
  const detail = `${answer.code} ${answer.message}`;
  // The last party signed just now: look again
  return answer.code === NOT_BEING_SIGNED ? { type: 'unavailable', detail } : { type: 'refused', reason: 'refused-by-provider', detail };
}

const titleOf = (contractId: string): string => `购销合同 ${contractId.replace(/[/\\:*"<>|？]/g, '-')}`;

interface FlowDraft {
  readonly terms: Terms;
  readonly fileId: string;
  readonly paper: Paper;
  readonly callbackUrl: string;
  readonly expiresAt: number;
}

function flowOf({ terms, fileId, paper, callbackUrl, expiresAt }: FlowDraft): object {
  const { contractId, customerName, shipTo } = terms;
  const field = (place: SealPlace, autoSign: boolean) => [{
    fileId, customBizNum: contractId, signFieldType: 0,
    normalSignFieldConfig: { autoSign, signFieldStyle: 1, signFieldPosition: { positionPage: String(place.page), positionX: place.x, positionY: place.y } },
  }];
  return {
    docs: [{ fileId, fileName: `${titleOf(contractId)}.pdf` }],
    signFlowConfig: { signFlowTitle: titleOf(contractId), autoStart: false, autoFinish: true, signFlowExpireTime: expiresAt, notifyUrl: callbackUrl },
    signers: [
      {
        signerType: 1, signConfig: { signOrder: 1 }, signFields: field(paper.buyerSeal, false),
        orgSignerInfo: { orgName: customerName, transactorInfo: { psnAccount: shipTo.phone, psnInfo: { psnName: shipTo.contact } } },
      },
      { signerType: 1, signConfig: { signOrder: 2 }, signFields: field(paper.sellerSeal, true) },
    ],
  };
}
