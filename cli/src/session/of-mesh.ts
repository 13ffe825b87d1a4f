import type { Addresses } from '../up/addresses.ts';
import type { Env } from '../up/settings.ts';
import type { Session } from './session.ts';
import { CLI_CLIENT, sessionAt } from './sign-in.ts';

/** The session of one of the demo's people at a mesh with the demo's own identity provider; elsewhere one that `mesh login` has made, or a program's. */
export function sessionIn(dataDir: string, { gateway, identity }: Pick<Addresses, 'gateway' | 'identity'>, person?: string, env: Env = process.env): Session {
  const { MESH_CLIENT_ID: id, MESH_CLIENT_SECRET: secret, MESH_CLIENT_SCOPE: scope } = env;
  return sessionAt({
    gateway, dataDir, as: person, demoIssuer: identity, issuer: env['OIDC_ISSUER'] || undefined, cliClient: env['OIDC_CLIENT_ID'] || CLI_CLIENT,
    client: id && secret ? { id, secret, scope: scope || undefined } : undefined,
  });
}
