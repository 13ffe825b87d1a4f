import { minutes, type Instant } from '@order-mesh/kernel';
import { fieldOf, jsonIn } from '@order-mesh/outbound';
import { isFromProvider, type CallbackProof } from '../outbound/esign/signature.ts';
import type { Heard } from '../usecases/hear-callback.ts';

/** What a callback turned out to be. */
export type Callback =
  | { readonly type: 'flow-moved'; readonly heard: Heard }
  /** From the provider, but about a single signer or something else that ends no flow. */
  | { readonly type: 'beside-the-point' }
  | { readonly type: 'not-believed'; readonly why: string };

const MOST_SKEW = minutes(5);
const ENDS_A_FLOW = new Set(['SIGN_FLOW_COMPLETE', 'SIGN_FILE_RESCINDED']);

/** Believes a callback when its signature fits its bytes and its stamp is within five minutes of now; reads no more of it than which flow. */
export function readCallback(proof: CallbackProof, secret: string, now: Instant): Callback {
  const at = Number(proof.timestamp || Number.NaN);
  if (!(Math.abs(now - at) <= MOST_SKEW)) return { type: 'not-believed', why: 'its stamp is not within five minutes of now' };
  if (!isFromProvider(proof, secret)) return { type: 'not-believed', why: 'its signature does not fit' };
  const notice = jsonIn(proof.body.toString('utf8'));
  const signFlowId = textIn(notice, 'signFlowId');
  if (!signFlowId || !ENDS_A_FLOW.has(textIn(notice, 'action') ?? '')) return { type: 'beside-the-point' };
  return { type: 'flow-moved', heard: { signFlowId, stamp: proof.timestamp } };
}

function textIn(value: unknown, name: string): string | undefined {
  const found = fieldOf(value, name);
  return typeof found === 'string' ? found : undefined;
}
