import { seconds, type Clock, type Duration, type Instant } from '@order-mesh/kernel';
import type { CallResult } from './call.ts';

/** Why there is no token; without one surely nothing was done. */
export type NoToken = Extract<CallResult<never>, { readonly type: 'unavailable' }>;

/** A token as a partner grants it. */
export interface Granted {
  readonly token: string;
  readonly lasts: Duration;
}

/** Keeps one token for all calls; whoever finds none waits for the same new one. */
export interface TokenKeeper {
  current(): Promise<string | NoToken>;
  /** Forgets a token that the partner would not take; one that came after it stays. */
  drop(token: string): void;
}

const LONGEST_WAIT = seconds(10);
const USED_SHARE = 0.95;

/** Gets tokens with `ask`, which may reject; a token is replaced when 95 % of its life is over. */
export function tokenKeeper(ask: (signal: AbortSignal) => Promise<Granted | NoToken>, clock: Clock): TokenKeeper {
  let kept: { readonly token: string; readonly until: Instant } | undefined;
  let coming: Promise<string | NoToken> | undefined;
  const renew = async (): Promise<string | NoToken> => {
    const granted = await ask(AbortSignal.timeout(LONGEST_WAIT)).catch((error: unknown): NoToken => (
      { type: 'unavailable', detail: `no token: ${error instanceof Error ? error.message : String(error)}` }));
    if ('type' in granted) return granted;
    kept = { token: granted.token, until: clock.now() + granted.lasts * USED_SHARE };
    return granted.token;
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

/** Calls with a token, and once more with a new one when what was said shows that the first is not taken. */
export async function withToken<Said>(tokens: TokenKeeper, call: (token: string) => Promise<Said>, isStale: (said: Said) => boolean): Promise<Said | NoToken> {
  for (let attempt = 1; ; attempt += 1) {
    const token = await tokens.current();
    if (typeof token !== 'string') return token;
    const said = await call(token);
    if (!isStale(said)) return said;
    tokens.drop(token);
    if (attempt === 2) return said;
  }
}
