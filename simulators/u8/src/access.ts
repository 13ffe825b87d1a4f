import { randomUUID } from 'node:crypto';
import { refuse, type Fields, type Refusal } from './answers.ts';

/** Who may call: what the operator enters on the open platform. */
export interface U8Credentials {
  readonly fromAccount: string;
  readonly toAccount: string;
  readonly appKey: string;
  readonly appSecret: string;
}

export const USUAL_CREDENTIALS: U8Credentials = { fromAccount: 'order-mesh', toAccount: 'demo-company', appKey: 'opa-order-mesh', appSecret: 'demo-secret' };

/** The doorkeeper: tokens that end, trade ids that work once, a limit on calls. Forgets everything when it restarts, as callers must expect. */
export interface Access {
  token(query: Fields): { readonly id: string; readonly expiresIn: number } | Refusal;
  tradeid(query: Fields): string | Refusal;
  /** Why a call is not let in; undefined lets it in. */
  check(query: Fields, callsPerSecond: number): Refusal | undefined;
  /** Uses a trade id up; why it can't be used otherwise. */
  useTradeid(id: string): Refusal | undefined;
  /** Ends every token at once, as an operator who resets the secret does. */
  revokeTokens(): void;
}

/** Lets callers in who know the credentials; a token lasts `lifetimeSeconds`. */
export function openAccess(credentials: U8Credentials, lifetimeSeconds: number, now: () => number): Access {
  const tokens = new Map<string, number>();
  const freshTradeids = new Set<string>();
  const buckets = new Map<string, { calls: number; at: number }>();
  const isCaller = ({ from_account, app_key }: Fields) => from_account === credentials.fromAccount && app_key === credentials.appKey;
  const wrongToken = (query: Fields) => ((tokens.get(query['token'] ?? '') ?? 0) > now() ? undefined : refuse('wrongToken', 'token无效或已过期'));
  return {
    token(query) {
      if (!isCaller(query) || query['app_secret'] !== credentials.appSecret) return refuse('wrongCredentials', 'from_account、app_key或app_secret不正确');
      for (const [id, until] of tokens) if (until <= now()) tokens.delete(id);
      const id = randomUUID().replaceAll('-', '');
      tokens.set(id, now() + lifetimeSeconds * 1_000);
      return { id, expiresIn: lifetimeSeconds };
    },
    tradeid(query) {
      const refusal = isCaller(query) ? wrongToken(query) : refuse('wrongCredentials', 'from_account或app_key不正确');
      if (refusal) return refusal;
      const id = randomUUID();
      freshTradeids.add(id);
      return id;
    },
    check(query, callsPerSecond) {
      if (!isCaller(query)) return refuse('wrongCredentials', 'from_account或app_key不正确');
      if (query['to_account'] !== credentials.toAccount) return refuse('wrongCredentials', 'to_account不正确');
      const refusal = wrongToken(query);
      if (refusal || callsPerSecond === 0) return refusal;
      return drawCall(buckets, `${query['app_key']} ${query['ds_sequence'] ?? ''}`, { callsPerSecond, now: now() });
    },
    useTradeid: (id) => (freshTradeids.delete(id) ? undefined : refuse('wrongTradeid', 'tradeid无效或已使用')),
    revokeTokens: () => tokens.clear(),
  };
}

function drawCall(buckets: Map<string, { calls: number; at: number }>, key: string, limit: { readonly callsPerSecond: number; readonly now: number }): Refusal | undefined {
  const bucket = buckets.get(key) ?? { calls: limit.callsPerSecond, at: limit.now };
  const refilled = bucket.calls + ((limit.now - bucket.at) / 1_000) * limit.callsPerSecond;
  const calls = Math.min(Math.max(1, limit.callsPerSecond), refilled);
  buckets.set(key, { calls: calls >= 1 ? calls - 1 : calls, at: limit.now });
  return calls >= 1 ? undefined : refuse('tooFast', '调用过于频繁，请稍后再试');
}
