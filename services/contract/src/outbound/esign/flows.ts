import { createHash } from 'node:crypto';
import { fieldOf, listOf, textOf, type CallResult } from '@order-mesh/outbound';
import type { Reading } from '../../domain/contract.ts';
import type { EsignClient } from './client.ts';

/** Why something could not be learnt, when it could not. */
export type NotLearnt = Extract<CallResult<never>, { readonly type: 'unavailable' | 'unknown' | 'refused' }>;

/** How a flow stands at e签宝. */
export interface FlowState {
  readonly status: 'draft' | 'open' | 'completed' | 'revoked' | 'expired' | 'refused';
  readonly rescission: 'none' | 'open' | 'done';
  readonly finishedAt: number;
  readonly words: string;
}

const STATUS = new Map<string, FlowState['status']>([['0', 'draft'], ['1', 'open'], ['2', 'completed'], ['3', 'revoked'], ['5', 'expired'], ['7', 'refused']]);
const RESCISSION = new Map<string, FlowState['rescission']>([['', 'none'], ['0', 'none'], ['1', 'open'], ['2', 'open'], ['3', 'done']]);

/** Reads how a flow stands; never assumed from a callback. */
export async function flowState(client: EsignClient, signFlowId: string, signal: AbortSignal): Promise<FlowState | NotLearnt> {
  const answer = await client.get(`/v3/sign-flow/${encodeURIComponent(signFlowId)}/detail`, signal);
  if (answer.type === 'no') return { type: 'refused', reason: 'unknown-flow', detail: `${answer.code} ${answer.message}` };
  if (answer.type !== 'data') return answer;
  const status = STATUS.get(textOf(answer.data, 'signFlowStatus'));
  const rescission = RESCISSION.get(textOf(answer.data, 'rescissionStatus'));
  if (!status || !rescission) return { type: 'unknown', detail: `a status e签宝 does not document: ${textOf(answer.data, 'signFlowStatus')}/${textOf(answer.data, 'rescissionStatus')}` };
  return { status, rescission, finishedAt: Number(fieldOf(answer.data, 'signFlowFinishTime') ?? 0), words: textOf(answer.data, 'signFlowDescription') };
}

/** How the contract stands; of a signed one also what was signed. */
export async function reading(client: EsignClient, signFlowId: string, signal: AbortSignal): Promise<CallResult<Reading>> {
  const state = await flowState(client, signFlowId, signal);
  if ('type' in state) return state;
  if (state.status === 'draft' || state.status === 'open') return { type: 'answered', answer: { flow: 'open' } };
  if (state.status !== 'completed') return { type: 'answered', answer: { flow: state.status, detail: state.words } };
  const document = await signedDocument(client, signFlowId, signal);
  if (!document) return { type: 'unavailable', detail: 'the signed document cannot be fetched yet' };
  const documentSha256 = createHash('sha256').update(document).digest('hex');
  return { type: 'answered', answer: { flow: 'completed', rescission: state.rescission, signedAt: state.finishedAt, documentSha256 } };
}

async function signedDocument(client: EsignClient, signFlowId: string, signal: AbortSignal): Promise<Buffer | undefined> {
  const answer = await client.get(`/v3/sign-flow/${encodeURIComponent(signFlowId)}/file-download-url`, signal);
  const [file] = answer.type === 'data' ? listOf(answer.data, 'files') : [];
  return file === undefined ? undefined : client.fetch(textOf(file, 'downloadUrl'), signal);
}
