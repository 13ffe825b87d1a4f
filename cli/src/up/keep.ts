import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerProcess } from '@order-mesh/embedded';
import { minutes, seconds, type Duration } from '@order-mesh/kernel';
import { explain } from '../failure.ts';

/** A part that is brought back whenever it ends without being asked to. */
export interface Kept {
  readonly name: string;
  /** The process at the moment; undefined while it is away. */
  pid(): number | undefined;
  /** Ends it in order; kills it when that takes longer than `within`. */
  stop(within: Duration): Promise<void>;
  kill(): Promise<void>;
}

export interface Keeping {
  readonly name: string;
  readonly start: () => Promise<ServerProcess>;
  /** From then on nothing is brought back. */
  readonly ending: AbortSignal;
  /** Told in words of each end and each return. */
  readonly say: (line: string) => void;
  /** Told whenever the process changes. */
  readonly changed: () => void;
}

const FIRST_PAUSE = seconds(1);
const LONGEST_PAUSE = seconds(15);
/** After so long a life the next end counts as the first. */
const LONG_LIFE = minutes(1);

/** Starts a part and keeps it: the first start must succeed, later ones are tried again and again, ever slower. */
export async function keep(keeping: Keeping): Promise<Kept> {
  let server: ServerProcess | undefined = await keeping.start();
  const watching = watch(keeping, server, (next) => {
    server = next;
    keeping.changed();
  });
  const end = async (how: (running: ServerProcess) => Promise<void>): Promise<void> => {
    const running = server;
    if (running) await how(running);
    const late = await watching;
    if (late && late !== running) await late.kill();
  };
  return {
    name: keeping.name,
    pid: () => server?.pid,
    stop: (within) => end((running) => endWithin(running, within)),
    kill: () => end((running) => running.kill()),
  };
}

async function endWithin(server: ServerProcess, within: Duration): Promise<void> {
  const late = setTimeout(() => { void server.kill(); }, within);
  await server.stop();
  clearTimeout(late);
}

// Gives the last server there was, so that one which came up during the end is ended too.
async function watch(keeping: Keeping, first: ServerProcess, set: (server: ServerProcess | undefined) => void): Promise<ServerProcess | undefined> {
  let server: ServerProcess | undefined = first;
  for (let pause = FIRST_PAUSE; ;) {
    const startedAt = Date.now();
    const how: string = server ? await server.exited : 'is still away';
    if (keeping.ending.aborted) return server;
    set(undefined);
    if (Date.now() - startedAt > LONG_LIFE) pause = FIRST_PAUSE;
    keeping.say(`${keeping.name} ${how}; starting it again in ${pause / 1_000} s`);
    await sleep(pause, undefined, { signal: keeping.ending }).catch(() => {});
    if (keeping.ending.aborted) return undefined;
    pause = Math.min(pause * 2, LONGEST_PAUSE);
    server = await again(keeping);
    set(server);
  }
}

async function again({ name, start, say, ending }: Keeping): Promise<ServerProcess | undefined> {
  try {
    const server = await start();
    say(`${name} is back`);
    return server;
  } catch (error) {
    if (!ending.aborted) say(`${name} did not come back: ${explain(error)}`);
    return undefined;
  }
}
