import { isLoopback, MeshError, seconds } from '@order-mesh/kernel';
import * as oidc from 'openid-client';

/** A way to the identity provider, as one of its clients. */
export type Provider = oidc.Configuration;

/** What somebody is let in by. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** Of the access token, in milliseconds. */
  readonly expiresAt: number;
  /** As the provider names them; null for a program. */
  readonly person: string | null;
}

const ANSWER_WITHIN = seconds(10);
const SCOPE = 'openid profile offline_access';

/** Reads how the provider works (OpenID Connect Discovery). Rejects with PARTNER_UNREACHABLE. */
export async function openProvider(issuer: string, clientId: string, secret?: string): Promise<Provider> {
  try {
    return await oidc.discovery(new URL(issuer), clientId, undefined, secret === undefined ? oidc.None() : oidc.ClientSecretBasic(secret), {
      timeout: ANSWER_WITHIN / 1_000, ...(isLoopback(issuer) && { execute: [oidc.allowInsecureRequests] }),
    });
  } catch (cause) {
    throw new MeshError('PARTNER_UNREACHABLE', { cause, advice: `the identity provider at ${issuer} does not answer as one: ${wordsOf(cause)}` });
  }
}

/** A sign-in that has begun in a browser and ends at our address. */
export interface Beginning {
  readonly url: URL;
  /** Takes the address that the browser was sent back to. Rejects with NOT_SIGNED_IN when it does not belong to this sign-in, or the answer is a no. */
  finish(callback: URL): Promise<Tokens>;
}

/** Begins with a state, a nonce and PKCE of its own (RFC 9700). */
export async function begin(provider: Provider, redirectUri: string): Promise<Beginning> {
  const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
  const url = oidc.buildAuthorizationUrl(provider, {
    redirect_uri: redirectUri, scope: SCOPE, state, nonce, code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  });
  return {
    url,
    finish: (callback) => tokensOf(oidc.authorizationCodeGrant(provider, callback, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true })),
  };
}

export const refreshed = (provider: Provider, refreshToken: string): Promise<Tokens> => tokensOf(oidc.refreshTokenGrant(provider, refreshToken));

/** Signs a program in under its own name. */
export const asClient = (provider: Provider, scope: string | undefined): Promise<Tokens> => tokensOf(oidc.clientCredentialsGrant(provider, scope === undefined ? {} : { scope }));

/** Has the provider forget a session; one that is forgotten already is as good. */
export async function revoke(provider: Provider, refreshToken: string): Promise<void> {
  await oidc.tokenRevocation(provider, refreshToken).catch(() => {});
}

async function tokensOf(asking: ReturnType<typeof oidc.authorizationCodeGrant>): Promise<Tokens> {
  try {
    const answer = await asking;
    const claims = answer.claims();
    const person = [claims?.['name'], claims?.['preferred_username'], claims?.sub].find((claim) => typeof claim === 'string') ?? null;
    return { accessToken: answer.access_token, refreshToken: answer.refresh_token ?? null, expiresAt: Date.now() + (answer.expiresIn() ?? 60) * 1_000, person: person === null ? null : String(person) };
  } catch (cause) {
    throw new MeshError('NOT_SIGNED_IN', { cause, advice: `the identity provider does not let you in: ${wordsOf(cause)}; sign in anew with "mesh login"` });
  }
}

function wordsOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'error_description' in error && typeof error.error_description === 'string') return error.error_description;
  return error instanceof Error ? error.message : String(error);
}
