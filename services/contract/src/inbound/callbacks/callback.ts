import { minutes, type Instant } from '@order-mesh/kernel';
import { fieldOf } from '@order-mesh/outbound';
import type { Heard } from '../../usecases/hear-callbacks.ts';

/** A callback as it came. */
export interface CallbackRequest {
  /** By lower-case name; '' for one that did not come. */
  readonly header: (name: string) => string;
  /** The query of the address it came to, without the question mark. */
  readonly query: string;
  readonly body: Buffer;
}

/** What a callback turned out to be. */
export type Callback =
  /** `proof` is its signature: the same callback again has the same. */
  | { readonly type: 'flow-moved'; readonly heard: Heard; readonly proof: string }
  /** From the provider, but about a single signer or something else that ends no flow. */
  | { readonly type: 'beside-the-point' }
  | { readonly type: 'not-believed'; readonly why: string }
  /** From the provider, and of another time: an old one, told again by it or by somebody who overheard it. */
  | { readonly type: 'too-late'; readonly why: string };

/** How a provider tells that something happened, and what it wants to hear. */
export interface CallbackProtocol {
  /** Believes a callback when its signature fits its bytes and its stamp is within five minutes of now; reads no more of it than which flow. */
  read(request: CallbackRequest, now: Instant): Callback;
  /** The body of the answer, with status 200, to what need not be told again. */
  readonly taken: object;
  /** The body of the answer, with status 401, to what was not believed. */
  notTaken(why: string): object;
}

/** What a provider signs callbacks with: while a secret is exchanged, the one before it, too. */
export interface CallbackSecrets {
  readonly appSecret: string;
  /** '' for none. */
  readonly appSecretBefore?: string;
}

export const secretsIn = ({ appSecret, appSecretBefore = '' }: CallbackSecrets): readonly string[] => [appSecret, appSecretBefore].filter((secret) => secret !== '');

const MOST_SKEW = minutes(5);
export const WRONG_SIGNATURE = 'its signature does not fit';
export const WRONG_TIME = 'its stamp is not within five minutes of now';

/** Whether a stamp in milliseconds is of about now. */
export function isTimely(stamp: string, now: Instant): boolean {
  return Math.abs(now - Number(stamp || Number.NaN)) <= MOST_SKEW;
}

/** A text of whatever came; undefined where there is none. */
export function textIn(value: unknown, name: string): string | undefined {
  const found = fieldOf(value, name);
  return typeof found === 'string' && found !== '' ? found : undefined;
}
