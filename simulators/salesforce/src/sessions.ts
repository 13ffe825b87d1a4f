import { createHash, createPublicKey, randomBytes, timingSafeEqual, verify } from 'node:crypto';
import { makeId } from './records/ids.ts';
import { ORGANISATION_ID, USER_PREFIX } from './seed.ts';

/** A connected app and the user it acts as. */
export interface ConnectedApp {
  readonly clientId: string;
  readonly clientSecret?: string;
  /** PEM; lets the app sign in with a JWT (RS256). */
  readonly publicKey?: string;
  readonly username: string;
}

export interface Session {
  readonly token: string;
  readonly clientId: string;
  readonly userId: string;
  readonly username: string;
  readonly expiresAt: number;
}

/** A refusal to sign in, in OAuth's words. */
export interface SignInRefused {
  readonly error: 'invalid_client' | 'invalid_client_id' | 'invalid_grant' | 'unsupported_grant_type';
  readonly error_description: string;
}

/** Who is signed in. Sessions live in memory: a restart ends them all. */
export interface Sessions {
  signIn(form: Readonly<Record<string, unknown>>, loginUrl: string): Session | SignInRefused;
  find(token: string): Session | undefined;
  register(app: ConnectedApp): void;
  expireAll(): void;
}

const JWT_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const MOST_SESSIONS = 10_000;

/** Knows these apps from the start; a session lasts `sessionSeconds`. */
export function sessionsFor(apps: readonly ConnectedApp[], { sessionSeconds, now }: { readonly sessionSeconds: number; readonly now: () => number }): Sessions {
  const known = new Map<string, { readonly app: ConnectedApp; readonly userId: string }>();
  const open = new Map<string, Session>();
  const register = (app: ConnectedApp) => void known.set(app.clientId, { app, userId: known.get(app.clientId)?.userId ?? makeId(USER_PREFIX, known.size + 2) });
  apps.forEach(register);

  const start = ({ app, userId }: { readonly app: ConnectedApp; readonly userId: string }): Session => {
    const token = `${ORGANISATION_ID.slice(0, 15)}!AQ${randomBytes(36).toString('base64url')}`;
    const session = { token, clientId: app.clientId, userId, username: app.username, expiresAt: now() + sessionSeconds * 1_000 };
    const [oldest] = open.size >= MOST_SESSIONS ? open.keys() : [];
    if (oldest !== undefined) open.delete(oldest);
    open.set(token, session);
    return session;
  };

  return {
    register,
    expireAll: () => open.clear(),
    find(token) {
      const session = open.get(token);
      return session && session.expiresAt > now() ? session : undefined;
    },
    signIn(form, loginUrl) {
      const { grant_type: grant, client_id: clientId, client_secret: secret, assertion } = form;
      if (grant === JWT_GRANT) {
        const claims = readJwt(String(assertion ?? ''));
        const holder = known.get(claims?.iss ?? '');
        const refusal = checkJwt(claims, { app: holder?.app, loginUrl, now: now() });
        return refusal || !holder ? refusal ?? refuse('invalid_client_id', 'client identifier invalid') : start(holder);
      }
      if (grant !== 'client_credentials') return refuse('unsupported_grant_type', 'grant type not supported');
      const holder = known.get(String(clientId));
      if (!holder) return refuse('invalid_client_id', 'client identifier invalid');
      return isSame(String(secret ?? ''), holder.app.clientSecret) ? start(holder) : refuse('invalid_client', 'invalid client credentials');
    },
  };
}

interface Jwt {
  readonly alg: string;
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly exp: number;
  readonly signed: string;
  readonly signature: Buffer;
}

function readJwt(assertion: string): Jwt | undefined {
  const [head = '', body = '', signature = ''] = assertion.split('.');
  const { alg, iss, sub, aud, exp } = { ...readPart(head), ...readPart(body) };
  if (typeof iss !== 'string' || typeof exp !== 'number') return undefined;
  return { alg: String(alg), iss, sub: String(sub), aud: String(aud), exp, signed: `${head}.${body}`, signature: Buffer.from(signature, 'base64url') };
}

function readPart(part: string): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof read === 'object' && read !== null ? { ...read } : {};
  } catch {
    return {};
  }
}

function checkJwt(claims: Jwt | undefined, { app, loginUrl, now }: { readonly app: ConnectedApp | undefined; readonly loginUrl: string; readonly now: number }): SignInRefused | undefined {
  if (!claims || claims.alg !== 'RS256') return refuse('invalid_grant', 'invalid assertion');
  if (!app?.publicKey) return refuse('invalid_client_id', 'client identifier invalid');
  if (!verify('RSA-SHA256', Buffer.from(claims.signed), createPublicKey(app.publicKey), claims.signature)) return refuse('invalid_grant', 'invalid assertion');
  if (claims.sub !== app.username) return refuse('invalid_grant', "user hasn't approved this consumer");
  if (![loginUrl, 'https://login.salesforce.com', 'https://test.salesforce.com'].includes(claims.aud)) return refuse('invalid_grant', 'audience is invalid');
  return claims.exp * 1_000 > now ? undefined : refuse('invalid_grant', 'expired authorization code');
}

function refuse(error: SignInRefused['error'], description: string): SignInRefused {
  return { error, error_description: description };
}

function isSame(given: string, expected: string | undefined): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return expected !== undefined && timingSafeEqual(digest(given), digest(expected));
}
