import { resolve } from 'node:path';
import type { Command } from 'commander';
import { begin, openProvider, revoke } from '../session/provider.ts';
import { openBrowser, openLoopback } from '../session/loopback.ts';
import { issuerOf } from '../session/sign-in.ts';
import { forgetSessions, keepSession } from '../session/store.ts';
import { askAt } from '../gateway/http.ts';
import { print } from '../show/print.ts';
import { addGatewayOptions, cliClient, gatewayUrl, sessionOf, type GatewayFlags } from './options.ts';

const EXAMPLES = `
Examples:
  mesh login                                        sign in in a browser; the gateway says where
  mesh login --gateway https://mesh.example.com
  mesh whoami
  mesh logout

Scripts sign in with MESH_CLIENT_ID and MESH_CLIENT_SECRET (client credentials) and need no login.
Beside the demo's own identity provider nobody needs to: --as 李娜 acts as one of its people, nothing as its operations person.`;

/** `mesh login`, `logout` and `whoami`: who acts. */
export function addLogin(program: Command): void {
  const login = program.command('login').description('sign in, in a browser').option('--no-browser', 'only print the address').addHelpText('after', EXAMPLES);
  addGatewayOptions(login).action(async ({ browser, json, ...flags }: GatewayFlags & { readonly browser: boolean }) => {
    const gateway = gatewayUrl(flags);
    const issuer = process.env['OIDC_ISSUER'] || await issuerOf(gateway);
    const loopback = await openLoopback();
    try {
      const beginning = await begin(await openProvider(issuer, cliClient(process.env)), loopback.redirectUri);
      process.stderr.write(`sign in at ${beginning.url.href}\n`);
      if (browser) openBrowser(beginning.url.href, process.platform);
      const tokens = await beginning.finish(await loopback.called);
      const person = tokens.person ?? '';
      keepSession(dataDirOf(flags), { ...tokens, gateway, issuer, person }, true);
      print(json, { person, issuer }, () => [`signed in as ${person}`]);
    } finally {
      loopback.close();
    }
  });
  const logout = program.command('logout').description('forget who was signed in: of one person with --as, else of everybody in this folder');
  logout.option('--as <person>', 'of this person only').option('--data-dir <folder>', 'folder of the running mesh', '.mesh').option('--json', 'print JSON on standard output').action(async ({ as, json, ...flags }: GatewayFlags) => {
    const gone = forgetSessions(dataDirOf(flags), as);
    for (const { issuer, refreshToken } of gone) {
      if (refreshToken !== null) await openProvider(issuer, cliClient(process.env)).then((provider) => revoke(provider, refreshToken), () => {});
    }
    print(json, { signedOut: gone.map(({ person }) => person) }, () => [gone.length === 0 ? 'nobody was signed in' : `signed out: ${gone.map(({ person }) => person).join(', ')}`]);
  });
  const whoami = program.command('whoami').description('who acts, and what the gateway lets them do');
  addGatewayOptions(whoami).action(async ({ json, ...flags }: GatewayFlags) => {
    const me = await askAt(gatewayUrl(flags), sessionOf(flags))<Me>('GET', '/v1/me');
    print(json, me, () => meLines(me));
  });
}

/** Who asks, as the gateway sees it. */
interface Me {
  readonly name: string;
  readonly kind: 'person' | 'system';
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly customers: readonly string[];
  readonly regions: readonly string[];
  readonly sources: readonly string[];
}

function meLines({ name, roles, permissions, customers, regions, sources }: Me): readonly string[] {
  const limits = [['customers', customers], ['regions', regions], ['sources', sources]] as const;
  return [
    `${name}${roles.length === 0 ? '' : `, ${roles.join(', ')}`}`, ...limits.filter(([, names]) => names.length > 0).map(([what, names]) => `  ${what}: ${names.join(', ')}`),
    permissions.length === 0 ? '  may do nothing here' : `  may: ${permissions.join(', ')}`,
  ];
}

const dataDirOf = ({ dataDir }: GatewayFlags): string => resolve(dataDir ?? '.mesh');
