import { days, isLoopback, type Duration } from '@order-mesh/kernel';
import { TOPICS_KEPT_FOR, type ConfigReader } from '@order-mesh/platform';
import { readPrivacyKey } from '@order-mesh/privacy';
import { z } from 'zod';
import type { WhoIsWho } from './domain/adoption.ts';
import { jsonOr } from './domain/rules-view.ts';
import type { HeaderSettings } from './inbound/headers.ts';
import type { RateLimits } from './inbound/limiting.ts';

export interface GatewayConfig {
  readonly httpPort: number;
  /** A request that is not answered by then gets 503; its sender repeats it under the same key. */
  readonly answerWithin: Duration;
  /** Requests for an order that are open at once, at most; the next one gets 429. */
  readonly mostOpen: number;
  /** Bytes of their bodies, at most. */
  readonly mostOpenBytes: number;
  /** Orders that machines work on beyond which no new one is taken. */
  readonly mostUnderWay: number;
  /** How long the answer under an idempotency key is kept. */
  readonly keepKeysFor: Duration;
  readonly rates: RateLimits;
  readonly headers: HeaderSettings;
  /** Who gives access tokens, and for whom they have to be. */
  readonly oidc: OidcConfig;
  /** Whose changes of the rules are the business's own. */
  readonly whoIsWho: WhoIsWho;
  /** Seals the contacts of orders; '' seals none. */
  readonly privacyKey: string;
}

export const readGatewayConfig = (read: ConfigReader): GatewayConfig => ({
  httpPort: read.whole('GATEWAY_HTTP_PORT', 8080, 'a port number'),
  answerWithin: read.duration('GATEWAY_ANSWER_SECONDS', 15, 'seconds'),
  mostOpen: read.whole('GATEWAY_MOST_OPEN', 2_000, 'a whole number of requests'),
  mostOpenBytes: read.whole('GATEWAY_MOST_OPEN_MB', 32, 'a whole number of megabytes') * 1_000_000,
  mostUnderWay: read.whole('GATEWAY_MOST_UNDER_WAY', 10_000, 'a whole number of orders'),
  keepKeysFor: keepKeysFor(read),
  rates: {
    perAddress: Math.max(1, read.whole('GATEWAY_ADDRESS_REQUESTS_PER_SECOND', 10_000, 'a whole number of requests')),
    perCaller: Math.max(1, read.whole('GATEWAY_CALLER_REQUESTS_PER_SECOND', 5_000, 'a whole number of requests')),
    wrongSignIns: Math.max(1, read.whole('GATEWAY_WRONG_SIGN_INS_PER_MINUTE', 60, 'a whole number of requests')),
  },
  headers: { origins: originsIn(read), proxies: listIn(read, 'GATEWAY_TRUSTED_PROXIES') },
  oidc: readOidc(read),
  whoIsWho: { people: peopleIn(read), itRoles: read.text('GATEWAY_IT_ROLES', 'it').split(',').map((role) => role.trim()).filter((role) => role !== '') },
  privacyKey: readPrivacyKey(read),
});

/** Whatever may come a second time from a topic is still known by its key. */
function keepKeysFor(read: ConfigReader): Duration {
  const found = read.duration('GATEWAY_KEEP_KEYS_DAYS', 7, 'days');
  read.check(found >= TOPICS_KEPT_FOR, `GATEWAY_KEEP_KEYS_DAYS must be at least ${TOPICS_KEPT_FOR / days(1)}, as long as topics are kept`);
  return found;
}

const listIn = (read: ConfigReader, name: string): readonly string[] => read.text(name, '').split(',').map((one) => one.trim()).filter((one) => one !== '');

function originsIn(read: ConfigReader): readonly string[] {
  const origins = listIn(read, 'GATEWAY_CORS_ORIGINS');
  read.check(origins.every((origin) => URL.parse(origin)?.origin === origin), 'GATEWAY_CORS_ORIGINS must be origins such as "https://sales.example", with commas');
  return origins;
}

export interface OidcConfig {
  readonly issuer: string;
  readonly audience: string;
  /** Null: where the issuer says that they are. */
  readonly jwksUrl: string | null;
  /** The keys themselves (a JSON Web Key Set); null where they are to be fetched. */
  readonly jwks: unknown;
  readonly nameClaim: string;
  readonly rolesClaim: string;
}

function readOidc(read: ConfigReader): OidcConfig {
  const issuer = read.url('OIDC_ISSUER', 'https://login.example.com/realms/sales');
  const jwksUrl = read.text('OIDC_JWKS_URL', '');
  const keys = read.text('OIDC_JWKS', '');
  const jwks = jsonOr(keys, null);
  const isSafe = read.flag('OIDC_ALLOW_HTTP', false) || [issuer, ...(jwksUrl === '' ? [] : [jwksUrl])].every((url) => URL.parse(url)?.protocol === 'https:' || isLoopback(url)) || keys !== '';
  read.check(jwksUrl === '' || URL.canParse(jwksUrl), `OIDC_JWKS_URL must be the address of the issuer's keys, got "${jwksUrl}"`);
  read.check(isSafe, 'OIDC_ISSUER and OIDC_JWKS_URL must be https: keys that came over http may be anybody\'s (OIDC_ALLOW_HTTP=true within a machine or a network of your own)');
  read.check(keys === '' || keySet.safeParse(jwks).success, 'OIDC_JWKS_FILE must hold a JSON Web Key Set: {"keys": [{"kty": "RSA", ...}]}');
  return {
    issuer, jwksUrl: jwksUrl === '' ? null : jwksUrl, jwks: keys === '' ? null : jwks, audience: read.text('OIDC_AUDIENCE', 'order-mesh'),
    nameClaim: read.text('OIDC_NAME_CLAIM', 'name'), rolesClaim: read.text('OIDC_ROLES_CLAIM', 'roles'),
  };
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

// the directory of approvals, of which only this is of interest here
const directory = z.array(z.object({ name: z.string(), aliases: z.array(z.string()).default([]), roles: z.array(z.string()), regions: z.array(z.string()).default([]) }));

function peopleIn(read: ConfigReader): WhoIsWho['people'] {
  const json = read.text('APPROVALS_PEOPLE', '');
  if (json === '') return null;
  const parsed = directory.safeParse(jsonOr(json, null));
  read.check(parsed.success, 'APPROVALS_PEOPLE_FILE must list people such as [{"name": "Li Na", "roles": ["regional-manager"]}]');
  return parsed.success ? parsed.data.map(({ name, aliases, roles, regions }) => ({ names: [name, ...aliases], roles, regions })) : null;
}
