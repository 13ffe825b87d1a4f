import { MeshError } from '@order-mesh/kernel';

/** Runs a simulator as a process of its own until it is told to stop; says where it listens as one JSON line. */
export async function runAlone(name: string, start: () => Promise<{ readonly url: string; close(): Promise<void> }>): Promise<void> {
  const running = await start().catch((error: unknown) => {
    say({ name, failed: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
  });
  if (!running) return;
  say({ name, url: running.url });
  const stop = () => void running.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** Reads a port number. Throws BAD_CONFIG with the fix when it is none. */
export function portFrom(environment: NodeJS.ProcessEnv, setting: string, usual: number): number {
  const given = environment[setting];
  const port = given === undefined || given === '' ? usual : Number(given);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new MeshError('BAD_CONFIG', { advice: `${setting} must be a port number, got ${JSON.stringify(given)}` });
}

function say(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
