import { createLocalJWKSet, createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { Lately, minutes, seconds, type Clock, type Instant } from '@order-mesh/kernel';
import { z } from 'zod';
import type { Caller } from '../domain/caller.ts';
import type { TokenReader, TokenRead } from '../usecases/ports.ts';
import { callerIn, type ClaimNames } from './token-claims.ts';

export interface OidcOptions extends ClaimNames {
  readonly issuer: string;
  readonly audience: string;
  /** Where the keys are, when not where the issuer's own description says. */
  readonly jwksUrl: string | null;
  /** The keys themselves, when nobody has to be asked for them. */
  readonly jwks: unknown;
  readonly clock: Clock;
}

/** Signed with a private key that only the issuer has; nothing else is ever taken. */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
const SKEW = seconds(30);
/** A key that its issuer gives up is believed no longer than this for tokens that were read before. */
const KEPT_FOR = minutes(5);
const MOST_KEPT = 10_000;
const ANSWER_WITHIN = seconds(5);
const LONGEST_TOKEN = 16_384;

/** Reads access tokens (RFC 9068) of one issuer. What was verified is kept, so that a busy system costs one signature in five minutes. */
export function oidcTokens(options: OidcOptions): TokenReader {
  const keys = keysOf(options);
  const kept = new Lately<string, { readonly caller: Caller; readonly until: Instant }>(MOST_KEPT);
  return {
    known(token) {
      const found = kept.get(token);
      return found && options.clock.now() < found.until ? found.caller : null;
    },
    async read(token): Promise<TokenRead> {
      if (token.length > LONGEST_TOKEN || !namesItsKey(token)) return { type: 'refused', why: 'it is no signed token that names its key' };
      try {
        const getKey = await keys.ready();
        const { payload } = await jwtVerify(token, getKey, {
          algorithms: ALGORITHMS, issuer: options.issuer, audience: options.audience, typ: 'at+jwt', clockTolerance: SKEW / 1_000,
          requiredClaims: ['exp', 'sub'], currentDate: new Date(options.clock.now()),
        });
        const caller = callerIn(payload, options);
        if (caller === null) return { type: 'refused', why: 'it does not tell who it is for' };
        kept.put(token, { caller, until: Math.min((payload.exp ?? 0) * 1_000, options.clock.now() + KEPT_FOR) });
        return { type: 'read', caller };
      } catch (error) {
        return isOfToken(error) ? { type: 'refused', why: wordsFor(error) } : { type: 'unavailable', why: `the keys of ${options.issuer} cannot be had`, cause: error };
      }
    },
    obstacle: () => (keys.areThere() ? null : `the keys of ${options.issuer}, which tokens are checked by, have not been had yet`),
    async prepare() {
      await keys.ready();
    },
  };
}

function namesItsKey(token: string): boolean {
  try {
    const { kid } = decodeProtectedHeader(token);
    return typeof kid === 'string' && kid !== '';
  } catch {
    return false;
  }
}

/** What jose refuses for the sake of the token; everything else is about the way to the keys. */
function isOfToken(error: unknown): error is errors.JOSEError {
  return error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout) && error.code !== 'ERR_JOSE_GENERIC' && !(error instanceof errors.JWKSInvalid);
}

function wordsFor(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return error.claim === 'nbf' ? 'it is not valid yet' : `it is not meant for here: ${error.claim}`;
  if (error instanceof errors.JOSEAlgNotAllowed) return `it must be signed with ${ALGORITHMS.join(', ')}`;
  if (error instanceof errors.JWKSNoMatchingKey) return 'its key is none of the issuer\'s';
  return 'its signature does not hold';
}

interface Keys {
  ready(): Promise<JWTVerifyGetKey>;
  areThere(): boolean;
}

/** The issuer's keys, asked for until they are had; afterwards jose looks for new ones by itself, at most every half minute. */
function keysOf({ issuer, jwksUrl, jwks }: OidcOptions): Keys {
  if (jwks !== null) {
    const local = createLocalJWKSet(keySet.parse(jwks));
    return { ready: () => Promise.resolve(local), areThere: () => true };
  }
  let found: JWTVerifyGetKey | null = null;
  let looking: Promise<JWTVerifyGetKey> | null = null;
  const look = async (): Promise<JWTVerifyGetKey> => {
    const remote = createRemoteJWKSet(new URL(jwksUrl ?? await jwksOf(issuer)), { timeoutDuration: ANSWER_WITHIN });
    await remote.reload();
    found = remote;
    return remote;
  };
  return {
    ready: () => (found ? Promise.resolve(found) : looking ??= look().finally(() => { looking = null; })),
    areThere: () => found !== null,
  };
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });
const description = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** Where the issuer says that its keys are (OpenID Connect Discovery). */
async function jwksOf(issuer: string): Promise<string> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(ANSWER_WITHIN), redirect: 'error' });
  if (!response.ok) throw new TypeError(`${issuer} answers ${response.status} to the question for its keys`);
  const told = description.parse(await response.json());
  if (told.issuer !== issuer) throw new TypeError(`${issuer} calls itself ${told.issuer}`);
  return told.jwks_uri;
}
