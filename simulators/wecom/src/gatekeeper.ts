import { randomBytes } from 'node:crypto';
import { no, type Json, type Office } from './office.ts';

/** Hands out access tokens and looks at them; counts calls. */
export interface Gatekeeper {
  token(corpId: string, secret: string): Json;
  /** Why a call is not let in; undefined lets it in. */
  stops(accessToken: string, call: string): Json | undefined;
  /** From now on every token handed out so far is over. */
  expireTokens(): void;
}

/** Hires a gatekeeper who has handed out nothing. */
export function hireGatekeeper({ credentials, settings, now }: Pick<Office, 'credentials' | 'settings' | 'now'>): Gatekeeper {
  const until = new Map<string, number>();
  const calls = new Map<string, number>();
  return {
    token(corpId, secret) {
      if (corpId !== credentials.corpId) return no(40013, 'invalid corpid');
      if (secret !== credentials.secret) return no(40001, 'invalid credential');
      // Asked again, WeCom answers the token that is still good
      const at = now();
      const [token, end] = [...until].find((handedOut) => handedOut[1] > at) ?? [randomBytes(48).toString('base64url'), at + settings().tokenSeconds * 1_000];
      until.set(token, end);
      return { errcode: 0, errmsg: 'ok', access_token: token, expires_in: Math.floor((end - at) / 1_000) };
    },
    stops(accessToken, call) {
      const end = until.get(accessToken);
      if (end === undefined) return no(40014, 'invalid access_token');
      if (end <= now()) return no(42001, 'access_token expired');
      const minute = `${call} ${Math.floor(now() / 60_000)}`;
      const made = (calls.get(minute) ?? 0) + 1;
      if (settings().callsPerMinute > 0 && made > settings().callsPerMinute) return no(45009, 'reach max api daily quota limit');
      if (!calls.has(minute)) calls.clear();
      calls.set(minute, made);
      return undefined;
    },
    expireTokens: () => { for (const token of until.keys()) until.set(token, 0); },
  };
}
