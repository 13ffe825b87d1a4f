import { InvalidArgumentError, type Command } from 'commander';

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

export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('It must be a whole number between 1 and 99999.');
  return Number(text);
}
