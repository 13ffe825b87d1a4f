import { days, hours, milliseconds, never, type Duration, type Instant } from '@order-mesh/kernel';
import { BEGUN, type CallResult, type PendingCall } from '@order-mesh/outbound';
import { hushed, whyClosed, type ContactVault } from '@order-mesh/privacy';
import type { Reading } from '../domain/contract.ts';
import { usualForm } from '../domain/form.ts';
import type { Terms } from '../domain/terms.ts';
import type { Documents } from './documents.ts';
import type { Paper, PrintContract, Unprintable } from './paper/paper.ts';
import type { ESignProvider, FlowRequest, FlowState } from './provider.ts';
import type { SigningOperations, VoidAnswer } from './signing-desk.ts';

export interface SigningMeans {
  readonly provider: ESignProvider;
  readonly print: PrintContract;
  readonly documents: Documents;
  /** Opens whom a contract names, for the paper and the provider alone. */
  readonly contacts: Pick<ContactVault, 'open'>;
}

// The order waits seven days; the flow ends a little before, so that it hears "expired" and not its own timeout
const LONGEST_OPEN = days(7) - hours(1);

/** How long a flow is open to be signed. */
export const openFor = ({ signWithinDays = usualForm.signWithinDays }: Pick<Terms, 'signWithinDays'>): Duration => milliseconds(Math.min(days(signWithinDays), LONGEST_OPEN));

/** What the desk has done by any provider: each verb may be repeated, and what became of a flow is read from it, never assumed. */
export function signingOperations(means: SigningMeans): SigningOperations {
  const { provider } = means;
  return {
    draft: {
      perform: ([call], signal) => one(call, (pending) => drawUp(means, pending, signal)),
      // A draft binds nobody, so it is as good as none
      inquire: async () => ({ type: 'absent' }),
    },
    start: { kind: 'repeatable', priority: BEGUN, perform: ([call], signal) => one(call, ({ request }) => start(provider, request, signal)) },
    // Begins with looking how it stands
    void: { kind: 'repeatable', priority: BEGUN, perform: ([call], signal) => one(call, ({ request }) => makeVoid(provider, request, signal)) },
    'read-status': { kind: 'question', priority: BEGUN, perform: ([call], signal) => one(call, ({ request, orderId }) => reading(means, { ...request, orderId }, signal)) },
  };
}

async function one<Request, Answer>(call: PendingCall<Request> | undefined, carryOut: (call: PendingCall<Request>) => Promise<CallResult<Answer>>): Promise<readonly CallResult<Answer>[]> {
  return call ? [await carryOut(call)] : [];
}

async function drawUp(means: SigningMeans, { request, askedAt }: PendingCall<Terms>, signal: AbortSignal): Promise<CallResult<FlowRequest>> {
  const opened = await means.contacts.open(request.orderId, request.shipTo);
  if (opened.type !== 'open') return whyClosed(opened.type);
  return hushed(await drawn(means, { terms: { ...request, shipTo: opened.address }, askedAt }, signal), opened.address);
}

interface Drawing {
  readonly terms: Terms;
  readonly askedAt: Instant;
}

async function drawn({ provider, print }: SigningMeans, { terms, askedAt }: Drawing, signal: AbortSignal): Promise<CallResult<FlowRequest>> {
  const paper = await printed(print, terms);
  if (paper.type === 'unavailable') return paper;
  if (paper.type === 'unprintable') return { type: 'refused', reason: 'unprintable', detail: paper.detail };
  return provider.draft({ terms, paper, title: titleOf(terms.contractId), expiresAt: askedAt + openFor(terms) }, signal);
}

const titleOf = (contractId: string): string => `购销合同 ${contractId.replace(/[/\\:*"<>|?？]/g, '-')}`;

// What was not printed was not sent
async function printed(print: PrintContract, terms: Terms): Promise<Paper | Unprintable | Extract<CallResult<never>, { readonly type: 'unavailable' }>> {
  try {
    return await print(terms);
  } catch (error) {
    return { type: 'unavailable', detail: error instanceof Error ? error.message : String(error) };
  }
}

async function start(provider: ESignProvider, flow: FlowRequest, signal: AbortSignal): Promise<CallResult<null>> {
  const started = await provider.start(flow, signal);
  if (started.type !== 'refused') return started;
  const state = await provider.read(flow, signal);
  if (state.type !== 'answered') return state.type === 'refused' ? started : state;
  // Started before, by a request whose answer was lost; how it has gone on since is read from it
  return state.answer.status === 'draft' ? started : { type: 'answered', answer: null };
}

async function makeVoid(provider: ESignProvider, flow: FlowRequest, signal: AbortSignal): Promise<CallResult<VoidAnswer>> {
  const state = await provider.read(flow, signal);
  if (state.type !== 'answered') return state;
  const { status, rescission } = state.answer;
  if (status !== 'open' && status !== 'completed') return { type: 'answered', answer: { now: 'void' } };
  if (rescission === 'done') return { type: 'answered', answer: { now: 'void' } };
  if (rescission === 'open') return { type: 'answered', answer: { now: 'rescinding', ...flow } };
  const undone = status === 'open' ? await provider.revoke(flow, signal) : await provider.rescind(flow, signal);
  if (undone.type === 'answered') return { type: 'answered', answer: status === 'open' ? { now: 'void' } : { now: 'rescinding', ...flow } };
  return undone.type === 'refused' && await hasMoved(provider, flow, state.answer, signal) ? { type: 'unavailable', detail: `moved meanwhile: ${undone.detail}` } : undone;
}

// The last party signed just now, or an earlier request has arrived: what was refused is no longer what is wanted
async function hasMoved(provider: ESignProvider, flow: FlowRequest, { status, rescission }: FlowState, signal: AbortSignal): Promise<boolean> {
  const state = await provider.read(flow, signal);
  return state.type !== 'answered' || state.answer.status !== status || state.answer.rescission !== rescission;
}

async function reading(means: SigningMeans, flow: FlowRequest & { readonly orderId: string }, signal: AbortSignal): Promise<CallResult<Reading>> {
  const state = await means.provider.read(flow, signal);
  if (state.type !== 'answered') return state;
  const { status, rescission, finishedAt, words } = state.answer;
  switch (status) {
    case 'draft': case 'open': return { type: 'answered', answer: { flow: 'open' } };
    case 'revoked': case 'expired': case 'refused': return { type: 'answered', answer: { flow: status, detail: words } };
    case 'completed': {
      const document = await keptDocument(means, flow, signal);
      if (document.type !== 'answered') return document;
      return { type: 'answered', answer: { flow: 'completed', rescission, signedAt: finishedAt, documentSha256: document.answer } };
    }
    default: return never(status);
  }
}

// Kept before anybody is told "signed": what is told is the hash of what we hold
async function keptDocument({ provider, documents }: SigningMeans, { signFlowId, orderId }: FlowRequest & { readonly orderId: string }, signal: AbortSignal): Promise<CallResult<string>> {
  const known = await documents.find(signFlowId);
  if (known !== undefined) return { type: 'answered', answer: known };
  const fetched = await provider.download({ signFlowId }, signal);
  if (fetched.type === 'answered') return { type: 'answered', answer: await documents.keep({ signFlowId, orderId, bytes: fetched.answer }) };
  return fetched.type === 'refused' ? { type: 'unavailable', detail: fetched.detail } : fetched;
}
