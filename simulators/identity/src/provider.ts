import { randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import Provider, { errors, interactionPolicy, type Configuration, type Grant, type KoaContextWithOIDC } from 'oidc-provider';
import type { Memory } from './memory.ts';
import { CLI_CLIENT, people, systems, type DemoPerson } from './people.ts';

export interface ProviderOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: readonly JWK[];
  readonly memory: Memory;
}

const TOKEN_SECONDS = 600;
const SESSION_SECONDS = 8 * 3_600;

/** What tokens are asked for when nobody names a resource: the mesh, the only one there is. */
const RESOURCE = 'urn:order-mesh';

const scopesOfSystems = [...new Set(systems.flatMap(({ scope }) => scope.split(' ')).filter((scope) => scope !== ''))];

/** An OpenID provider of people without passwords; everything else is as the standards say. */
export function openProvider({ issuer, audience, keys, memory }: ProviderOptions): Provider {
  const provider = new Provider(issuer, {
    ...clients(),
    adapter: memory,
    jwks: { keys: [...keys] },
    scopes: ['openid', 'profile', 'offline_access', ...scopesOfSystems],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'] },
    conformIdTokenClaims: false,
    findAccount: (_context, name) => {
      const found = personNamed(name);
      return found && { accountId: name, claims: () => ({ sub: name, name, preferred_username: found.account }) };
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource) => {
          if (resource !== RESOURCE) throw new errors.InvalidTarget();
          return { scope: scopesOfSystems.join(' '), audience, accessTokenTTL: TOKEN_SECONDS, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } };
        },
      },
    },
    extraTokenClaims: (_context, token) => ('accountId' in token ? claimsOf(personNamed(token.accountId)) : systems.find(({ clientId }) => clientId === token.clientId)?.claims),
    issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    loadExistingGrant: grantEverything,
    interactions: { policy: onlyWho(), url: (_context, { uid }) => `/interaction/${uid}` },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    ttl: { AccessToken: TOKEN_SECONDS, ClientCredentials: TOKEN_SECONDS, RefreshToken: SESSION_SECONDS, Session: SESSION_SECONDS, Grant: SESSION_SECONDS, IdToken: TOKEN_SECONDS, Interaction: TOKEN_SECONDS },
    renderError: (context, { error, error_description: description }) => {
      context.type = 'text/plain';
      context.body = `${error}: ${description ?? ''}\n`;
    },
  });
  return provider;
}

/** Who somebody is, is asked; whether the company's own command line may act for them, is not. */
function onlyWho(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  return policy;
}

function clients(): Pick<Configuration, 'clients'> {
  return {
    clients: [
      {
        client_id: CLI_CLIENT, application_type: 'native', token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
        // on whatever port is free (RFC 8252)
        redirect_uris: ['http://127.0.0.1/callback'],
      },
      ...systems.map(({ clientId, clientSecret, scope }) => ({
        client_id: clientId, client_secret: clientSecret, grant_types: ['client_credentials'], redirect_uris: [], response_types: [], ...(scope !== '' && { scope }),
      })),
    ],
  };
}

const personNamed = (name: string): DemoPerson | undefined => people.find((person) => person.name === name);

function claimsOf(person: DemoPerson | undefined): Readonly<Record<string, unknown>> | undefined {
  return person && { name: person.name, preferred_username: person.account, roles: person.roles, customers: person.customers, regions: person.regions };
}

/** What consent would have given. */
async function grantEverything({ oidc }: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { client, session, provider } = oidc;
  if (!client || !session?.accountId) return undefined;
  const known = session.grantIdFor(client.clientId);
  const grant = (known === undefined ? undefined : await provider.Grant.find(known)) ?? new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile offline_access');
  await grant.save();
  return grant;
}
