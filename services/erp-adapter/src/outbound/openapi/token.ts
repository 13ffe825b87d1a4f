import { seconds, type Clock, type Instant } from '@order-mesh/kernel';
import { asFields, text } from '../u8/fields.ts';
import type { Said } from './said.ts';

/** Keeps one token for all calls; whoever finds none waits for the same new one. */
export interface TokenKeeper {
  /** The token, or why there is none; without one surely nothing was done. */
  current(): Promise<string | Extract<Said, { readonly type: 'unavailable' }>>;
  /** Forgets a token that U8 would not take; one that came after it stays. */
  drop(token: string): void;
}

const LONGEST_WAIT = seconds(10);
const USED_SHARE = 0.95;

/** Fetches tokens with `fetch`; a token is replaced when 95 % of its life is over. */
export function tokenKeeper(fetch: (signal: AbortSignal) => Promise<Said>, clock: Clock): TokenKeeper {
  let kept: { readonly token: string; readonly until: Instant } | undefined;
  let coming: ReturnType<TokenKeeper['current']> | undefined;
  const renew = async (): ReturnType<TokenKeeper['current']> => {
    const said = await fetch(AbortSignal.timeout(LONGEST_WAIT));
    const granted = said.type === 'yes' ? asFields(said.fields['token']) : undefined;
    const token = granted ? text(granted, 'id') : '';
    if (!granted || token === '') return { type: 'unavailable', detail: `U8 gave no token: ${said.type === 'no' ? `${said.errcode} ${said.errmsg}` : whyNot(said)}` };
    kept = { token, until: clock.now() + seconds(Number(text(granted, 'expiresIn')) || 0) * USED_SHARE };
    return token;
  };
  return {
    current() {
      if (kept && kept.until > clock.now()) return Promise.resolve(kept.token);
      coming ??= renew().finally(() => { coming = undefined; });
      return coming;
    },
    drop(token) {
      if (kept?.token === token) kept = undefined;
    },
  };
}

function whyNot(said: Said): string {
  return 'detail' in said ? said.detail : 'an answer without token';
}
