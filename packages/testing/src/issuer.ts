import { exportJWK, generateKeyPair, SignJWT } from 'jose';

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
  /** The same for whoever asks again and again. */
  person(name: string, role: string | readonly string[], claims?: Claims): SignedIn;
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
  return {
    env: { OIDC_ISSUER: ISSUER, OIDC_AUDIENCE: AUDIENCE, OIDC_JWKS: JSON.stringify(keys) },
    signedIn,
    system: (clientId, scope, claims = {}) => sign({ sub: clientId, client_id: clientId, scope, ...claims }),
    person: (name, role, claims = {}) => {
      const token = signedIn(role, { ...claims, name });
      return { name, token: () => token };
    },
  };
}
