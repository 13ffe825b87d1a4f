import type { CallLimits, CallResult } from '@order-mesh/outbound';
import type { Terms } from '../domain/terms.ts';
import type { Paper } from './paper/paper.ts';

export type FlowRequest = Readonly<{ signFlowId: string }>;

/** A contract on paper, ready to be drawn up. */
export interface Draft {
  readonly terms: Terms;
  readonly paper: Paper;
  /** Without the signs that providers do not take in names: / \ : * " < > | ? */
  readonly title: string;
  readonly expiresAt: number;
}

/** How a flow stands at its provider. */
export interface FlowState {
  readonly status: 'draft' | 'open' | 'completed' | 'revoked' | 'expired' | 'refused';
  /** Of a completed one: whether its parties are taking it back. */
  readonly rescission: 'none' | 'open' | 'done';
  readonly finishedAt: number;
  readonly words: string;
}

/**
 * What is needed of a signing provider; its protocol is the adapter's. Each resolves with what the provider said: `refused` only for a "no" of its own in its own words,
 * `unavailable` when surely nothing was done, `unknown` for anything that may have been done and is no answer (a lost one, half of one, somebody else's page).
 * May reject, which counts as unknown. The buyer signs first, by hand; then the seller's seal is set.
 */
export interface ESignProvider {
  /** Names its breaker and limiter, and its calls in the ledger. */
  readonly name: 'esign' | 'fasc';
  /** Where it takes less than partners usually do. */
  readonly limits: Partial<CallLimits>;
  /** Draws the contract up as a flow that nobody sees. Twice there are two. */
  draft(draft: Draft, signal: AbortSignal): Promise<CallResult<FlowRequest>>;
  /** Puts a draft before the parties. A flow that is none is refused. */
  start(flow: FlowRequest, signal: AbortSignal): Promise<CallResult<null>>;
  /** Refused as `unknown-flow` when there is none. */
  read(flow: FlowRequest, signal: AbortSignal): Promise<CallResult<FlowState>>;
  /** Calls an open flow off. One that is not open is refused. */
  revoke(flow: FlowRequest, signal: AbortSignal): Promise<CallResult<null>>;
  /** Asks the parties of a completed flow to take it back. One that they are taking back is refused. */
  rescind(flow: FlowRequest, signal: AbortSignal): Promise<CallResult<null>>;
  /** Fetches what the parties of a completed flow have signed. */
  download(flow: FlowRequest, signal: AbortSignal): Promise<CallResult<Uint8Array>>;
}

/** A provider's "no" as a result. */
export function refusedByProvider(code: string, message: string): Extract<CallResult<never>, { readonly type: 'refused' }> {
  return { type: 'refused', reason: 'refused-by-provider', detail: `${code} ${message}`.trim() };
}
