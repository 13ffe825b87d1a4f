import { userInfo } from 'node:os';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { whereabouts } from '../where.ts';
import type { Env } from '../up/settings.ts';

export interface GatewayFlags {
  readonly gateway?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** The options of every command that talks to a gateway. */
export function addGatewayOptions(command: Command): Command {
  return command
    .option('--gateway <url>', 'where the gateway is (GATEWAY_URL; else the mesh of this folder, else http://127.0.0.1:8080)')
    .option('--data-dir <folder>', 'folder of the running mesh', '.mesh')
    .option('--json', 'print JSON on standard output');
}

/** Where the gateway is that these options mean. */
export const gatewayUrl = (flags: GatewayFlags): string => whereabouts(flags, process.env).gateway.at;

/** `--by <name>`: who does what a command does, as it is kept; whoever runs it when nobody says. */
export const byOption = (does: string): Option => new Option('--by <name>', does).default(userName(userInfo, process.env, process.getuid?.()));

/** The name of the account; where that has none, as in many containers, what USER says, else its number. */
export function userName(account: () => { readonly username: string }, env: Env, uid: number | undefined): string {
  try {
    return account().username;
  } catch {
    return env['USER'] || `uid-${uid ?? 'unknown'}`;
  }
}

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
