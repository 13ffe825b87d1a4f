import { resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { MeshError } from '@order-mesh/kernel';
import type { Session } from '../session/session.ts';
import { sessionIn } from '../session/of-mesh.ts';
import { CLI_CLIENT } from '../session/sign-in.ts';
import { whereabouts } from '../where.ts';
import type { Env } from '../up/settings.ts';

export interface GatewayFlags {
  readonly gateway?: string;
  readonly dataDir?: string;
  readonly as?: string;
  readonly json?: boolean;
}

/** The options of every command that talks to a gateway. */
export function addGatewayOptions(command: Command): Command {
  return command
    .option('--gateway <url>', 'where the gateway is (GATEWAY_URL; else the mesh of this folder, else http://127.0.0.1:8080)')
    .option('--as <person>', 'whose session acts (mesh login); whoever signed in last, at the demo its operations person')
    .option('--data-dir <folder>', 'folder of the running mesh', '.mesh')
    .option('--json', 'print JSON on standard output');
}

/** Where the gateway is that these options mean. */
export const gatewayUrl = (flags: GatewayFlags): string => whereabouts(flags, process.env).gateway.at;

/** Who acts: a session of this folder, or a program's own. */
export function sessionOf(flags: GatewayFlags): Session {
  const { mesh, gateway } = whereabouts(flags, process.env);
  if (process.env['MESH_CLIENT_ID'] && !process.env['MESH_CLIENT_SECRET']) throw new MeshError('BAD_CONFIG', { advice: 'MESH_CLIENT_SECRET must be set beside MESH_CLIENT_ID' });
  // the demo's people sign in by themselves at the mesh of this folder, and nowhere else
  const isOurs = mesh?.addresses.gateway === gateway.at;
  return sessionIn(resolve(flags.dataDir ?? '.mesh'), { gateway: gateway.at, ...(isOurs && mesh.addresses.identity !== undefined && { identity: mesh.addresses.identity }) }, flags.as);
}

/** What the command line is called at the identity provider. */
export const cliClient = (env: Env): string => env['OIDC_CLIENT_ID'] || CLI_CLIENT;

export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('It must be a whole number between 1 and 99999.');
  return Number(text);
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A moment as ISO 8601, given so or as how long ago: 30m, 2h, 3d. */
export function momentOf(text: string): string {
  const [, count, unit = ''] = /^(\d{1,5})([smhd])$/.exec(text) ?? [];
  const at = count === undefined ? Date.parse(text) : Date.now() - Number(count) * (UNITS[unit] ?? 0);
  if (Number.isNaN(at)) throw new InvalidArgumentError('It must be a time such as 30m, 2h, 3d or 2026-03-01T01:30:00Z.');
  return new Date(at).toISOString();
}
