import { MeshError, seconds } from '@order-mesh/kernel';
import { walkThrough } from './demo-form.ts';
import { asClient, begin, openProvider, refreshed, type Tokens } from './provider.ts';
import type { Session } from './session.ts';
import { keepSession, keptSession, type Kept } from './store.ts';

/** The client that people sign in with at the command line. */
export const CLI_CLIENT = 'mesh';
/** Who acts at the demo's own provider where nobody is named: its operations person. */
export const DEMO_OPERATOR = '韩梅梅';

export interface SignInPlace {
  readonly gateway: string;
  readonly dataDir: string;
  /** Whose session; whoever signed in last when absent. */
  readonly as: string | undefined;
  /** Who gives tokens, where that is known better than the gateway knows. */
  readonly issuer: string | undefined;
  /** The issuer of the mesh that runs in this folder, when it is the demo's own provider: its form can be filled in. */
  readonly demoIssuer: string | undefined;
  /** A program's own name and secret: then no person acts. */
  readonly client: { readonly id: string; readonly secret: string; readonly scope: string | undefined } | undefined;
  readonly cliClient: string;
}

/** Good for as long as one request may take. */
const MARGIN = seconds(30);

/** A session that signs in when it is needed: with what is kept, what can be refreshed, or at the demo's provider by itself. */
export function sessionAt(place: SignInPlace): Session {
  let tokens: Tokens | undefined;
  let asking: Promise<Tokens> | undefined;
  return {
    async token() {
      if (!tokens || isOver(tokens)) {
        asking ??= signedIn(place).finally(() => { asking = undefined; });
        tokens = await asking;
      }
      return tokens.accessToken;
    },
  };
}

const isOver = ({ expiresAt }: Tokens): boolean => Date.now() > expiresAt - MARGIN;

async function signedIn({ gateway, dataDir, as, issuer, demoIssuer, client, cliClient }: SignInPlace): Promise<Tokens> {
  if (client) return asClient(await openProvider(issuer ?? demoIssuer ?? await issuerOf(gateway), client.id, client.secret), client.scope);
  const kept = keptSession(dataDir, gateway, as) ?? (demoIssuer !== undefined && as === undefined ? keptSession(dataDir, gateway, DEMO_OPERATOR) : undefined);
  if (kept && !isOver(kept)) return kept;
  const again = kept?.refreshToken ? await renewed(kept, cliClient) : null;
  if (again) {
    keepSession(dataDir, again, false);
    return again;
  }
  if (demoIssuer === undefined) {
    // where nobody answers, signing in would not help
    await issuerOf(gateway);
    throw notSignedIn(as, kept?.person);
  }
  const beginning = await begin(await openProvider(demoIssuer, cliClient), DEMO_REDIRECT);
  const tokens = await beginning.finish(await walkThrough(beginning.url, DEMO_REDIRECT, as ?? kept?.person ?? DEMO_OPERATOR));
  keepSession(dataDir, { ...tokens, gateway, issuer: demoIssuer, person: tokens.person ?? '' }, false);
  return tokens;
}

/** The session with fresh tokens, from who gave the old ones; null when it is over. */
async function renewed(kept: Kept, cliClient: string): Promise<Kept | null> {
  const tokens = await openProvider(kept.issuer, cliClient).then((provider) => refreshed(provider, kept.refreshToken ?? '')).catch(() => null);
  return tokens && { ...tokens, refreshToken: tokens.refreshToken ?? kept.refreshToken, gateway: kept.gateway, issuer: kept.issuer, person: kept.person };
}

/** Nobody listens there: we are the browser, too, and see where it would go. */
const DEMO_REDIRECT = 'http://127.0.0.1/callback';

function notSignedIn(as: string | undefined, before: string | undefined): MeshError {
  if (before !== undefined) return new MeshError('NOT_SIGNED_IN', { advice: `the session of ${before} is over: mesh login` });
  return new MeshError('NOT_SIGNED_IN', { advice: as === undefined ? 'not signed in: mesh login' : `${as} is not signed in here: mesh login` });
}

/** Who gives tokens for a gateway, as it says itself (RFC 9728). Rejects with NOT_RUNNING, BAD_REQUEST. */
export async function issuerOf(gateway: string): Promise<string> {
  const response = await fetch(`${gateway}/.well-known/oauth-protected-resource`, { signal: AbortSignal.timeout(seconds(10)) }).catch((cause: unknown) => {
    throw new MeshError('NOT_RUNNING', { cause, advice: `no mesh answers at ${gateway}; start one here with "mesh up" (or npm start), or say where it is with --gateway or GATEWAY_URL` });
  });
  const told: { readonly authorization_servers?: readonly string[] } = response.ok ? JSON.parse(await response.text()) : {};
  const [issuer] = told.authorization_servers ?? [];
  if (issuer === undefined) throw new MeshError('BAD_REQUEST', { advice: `the gateway at ${gateway} does not say who gives tokens for it: it is of a release before this one, or no gateway` });
  return issuer;
}
