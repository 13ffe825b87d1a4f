import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';

/** Who signs in, as far as a test cares: everything else is as usual. */
export interface Claims {
  readonly name?: string;
  readonly roles?: readonly string[];
  readonly customers?: readonly string[];
  readonly regions?: readonly string[];
  readonly [claim: string]: unknown;
}

/** Somebody who is signed in: a name, and tokens that show it. */
export interface SignedIn {
  readonly name: string;
  token(): Promise<string>;
}

/** An issuer of access tokens whose keys are told to a gateway by its environment: nothing listens anywhere. */
export interface TestIssuer {
  /** What a gateway is told of it. */
  readonly env: Readonly<Record<'OIDC_ISSUER' | 'OIDC_AUDIENCE' | 'OIDC_JWKS', string>>;
  /** A token of somebody with this role, or with all of several. */
  signedIn(role: string | readonly string[], claims?: Claims): Promise<string>;
  /** A token of a system with these scopes. */
  system(clientId: string, scope: string, claims?: Claims): Promise<string>;
  /** A token that differs from an honest one in its header, in its claims, or in whose key it is signed with; a claim of undefined is left out. */
  forged(changes: Forgery): Promise<string>;
  readonly publicKey: JWK;
  /** The same for whoever asks again and again. */
  person(name: string, role: string | readonly string[], claims?: Claims): SignedIn;
}

/** What is not as it should be. */
export interface Forgery {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Claims;
  readonly key?: Parameters<SignJWT['sign']>[0];
}

const ISSUER = 'https://login.test';
const AUDIENCE = 'order-mesh';
const KEY = 'test';
const LASTS = '1d';

export async function openIssuer(): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = { keys: [{ ...await exportJWK(publicKey), kid: KEY, alg: 'ES256', use: 'sig' }] };
  const sign = (claims: Claims): Promise<string> => new SignJWT({ client_id: 'tests', ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: KEY }).setIssuer(ISSUER).setAudience(AUDIENCE).setIssuedAt().setExpirationTime(LASTS).sign(privateKey);
  const signedIn = (role: string | readonly string[], claims: Claims = {}): Promise<string> => {
    const roles = typeof role === 'string' ? [role] : role;
    const name = claims.name ?? roles.join('+');
    return sign({ sub: `id-of-${name}`, roles, ...claims, name });
  };
  const forged = ({ header = {}, claims = {}, key = privateKey }: Forgery): Promise<string> => {
    const now = Math.floor(Date.now() / 1_000);
    const honest = { iss: ISSUER, aud: AUDIENCE, sub: 'id', client_id: 'tests', name: '李娜', roles: ['ops'], iat: now, exp: now + 600 };
    const told = Object.fromEntries(Object.entries({ ...honest, ...claims }).filter(([, value]) => value !== undefined));
    return new SignJWT(told).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: KEY, ...header }).sign(key);
  };
  return {
    forged, publicKey: await exportJWK(publicKey),
    env: { OIDC_ISSUER: ISSUER, OIDC_AUDIENCE: AUDIENCE, OIDC_JWKS: JSON.stringify(keys) },
    signedIn,
    system: (clientId, scope, claims = {}) => sign({ sub: clientId, client_id: clientId, scope, ...claims }),
    person: (name, role, claims = {}) => {
      const token = signedIn(role, { ...claims, name });
      return { name, token: () => token };
    },
  };
}
