import jsforce, { type Connection } from 'jsforce';
import { setDispatcher } from 'jsforce/lib/request.js';
import { MeshError } from '@order-mesh/kernel';
import type { SalesforceConfig } from '../../config.ts';
import { wholeAnswers } from './whole-answers.ts';

/** One session with Salesforce for everything: REST renews it by itself, the Pub/Sub API asks for it. */
export interface Session {
  /** Signed in at least once. Throws PARTNER_UNREACHABLE. */
  connection(): Promise<Connection>;
  credentials(): Promise<Credentials>;
  /** Forgets a token that Salesforce would not take; one that came after it stays. */
  drop(accessToken: string): void;
}

export interface Credentials {
  readonly accessToken: string;
  readonly instanceUrl: string;
  readonly tenantId: string;
}

const GRANT = { grant_type: 'client_credentials' } as const;

/** Opens a session with client credentials; nothing is asked of Salesforce until it is needed. */
export function openSession({ url, hosts, clientId, clientSecret, clientName, apiVersion, timeout }: SalesforceConfig): Session {
  // one for all connections of a process, which are ours
  setDispatcher(wholeAnswers(timeout));
  const connection: Connection = new jsforce.Connection({
    loginUrl: url,
    instanceUrl: url,
    version: apiVersion,
    oauth2: { loginUrl: url, clientId, clientSecret },
    callOptions: { client: clientName },
    refreshFn: (current, done) => void current.authorize(GRANT).then(signedInAt).then(() => done(null, current.accessToken ?? ''), (error: Error) => done(error)),
  });
  let dropped: string | undefined;
  let signingIn: Promise<void> | undefined;
  const signedInAt = (): void => {
    if (isTheirs(connection.instanceUrl, { url, hosts })) return;
    connection.accessToken = null;
    const { instanceUrl } = connection;
    connection.instanceUrl = url;
    throw new MeshError('PARTNER_BROKEN', { advice: `Salesforce sends us to ${instanceUrl.slice(0, 100)}, which is none of its hosts; add it to SALESFORCE_HOSTS if it is` });
  };
  const isSignedIn = () => Boolean(connection.accessToken) && connection.accessToken !== dropped;
  const signIn = async () => {
    signingIn ??= within(timeout, connection.authorize(GRANT)).then(signedInAt, unreachable).finally(() => { signingIn = undefined; });
    await signingIn;
  };
  return {
    async connection() {
      if (!connection.accessToken) await signIn();
      return connection;
    },
    async credentials() {
      if (!isSignedIn()) await signIn();
      return { accessToken: connection.accessToken ?? '', instanceUrl: connection.instanceUrl, tenantId: connection.userInfo?.organizationId ?? '' };
    },
    drop(accessToken) {
      dropped = accessToken;
    },
  };
}

/** Whether calls may carry our token to where a sign-in sends us. */
export function isTheirs(instanceUrl: string, { url, hosts }: Pick<SalesforceConfig, 'url' | 'hosts'>): boolean {
  if (!URL.canParse(instanceUrl) || !URL.canParse(url)) return false;
  const [own, sentTo] = [new URL(url), new URL(instanceUrl)];
  if (sentTo.hostname === own.hostname) return sentTo.protocol === own.protocol;
  return sentTo.protocol === 'https:' && hosts.some((host) => (host.startsWith('.') ? sentTo.hostname.endsWith(host) : sentTo.hostname === host));
}

/** Ends waiting after `timeout` milliseconds: jsforce itself would wait for half an hour. Throws TIMED_OUT. */
export async function within<Result>(timeout: number, work: PromiseLike<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new MeshError('TIMED_OUT', { advice: `Salesforce did not answer within ${timeout} ms` })), timeout);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function unreachable(cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new MeshError('PARTNER_UNREACHABLE', { cause, advice: `can't sign in to Salesforce (${why}); check SALESFORCE_URL, SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET` });
}
