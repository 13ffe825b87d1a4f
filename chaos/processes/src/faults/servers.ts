import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalFamily } from '../stage/family.ts';
import type { Server } from '../stage/server.ts';
import type { Stage } from '../stage/stage.ts';
import { NotPossible, type Fault } from './fault.ts';

const ENDS_WITHIN_MS = 15_000;
const UP_TRIES = 5;

/** kill -9 of the broker, and its return after so many seconds. */
export function brokerDown(seconds: number): Fault {
  let ended = false;
  return {
    name: `the broker is killed and away for ${seconds} s`,
    claim: 'orders wait in the outbox and are neither lost nor doubled',
    seconds,
    async inject({ stage: { kafka } }) {
      await kafka.kill();
      ended = await kafka.ended(ENDS_WITHIN_MS);
    },
    async heal({ stage: { kafka } }) {
      await back(kafka);
      return ended ? 'the broker was away' : null;
    },
  };
}

const ORCHESTRATOR = 'order-orchestrator';

/** The broker is away for longer than every retry; meanwhile steps wait in vain, and the orchestrator ends where it fires their timers. */
export function outage(seconds: number, point: string): Fault {
  const down = brokerDown(seconds);
  let release = (): void => {};
  return {
    ...down,
    name: `${down.name}; meanwhile ${ORCHESTRATOR} ends at ${point}`,
    async inject(scene) {
      const { stage } = scene;
      release = stage.guard(ORCHESTRATOR);
      stage.service(ORCHESTRATOR).armNext(point);
      stage.service(ORCHESTRATOR).restart();
      await stage.isReady(ORCHESTRATOR);
      await down.inject(scene);
    },
    async heal(scene) {
      release();
      return down.heal(scene);
    },
  };
}

/** PostgreSQL ends as by a power cut, or without waiting for anybody, or stands still. */
export function postgresDown(how: 'kill' | 'immediate stop' | 'freeze', seconds: number): Fault {
  let happened = false;
  return {
    name: how === 'freeze' ? `PostgreSQL stands still for ${seconds} s` : `PostgreSQL: ${how}`,
    claim: 'what was committed is there, what was not is done again',
    seconds,
    async inject({ stage: { postgres } }) {
      if (how === 'freeze') signalFamily(postgres.pid, 'SIGSTOP');
      else postgres.send(how === 'kill' ? 'SIGKILL' : 'SIGQUIT');
      happened = how === 'freeze' || await postgres.ended(ENDS_WITHIN_MS);
    },
    async heal({ stage: { postgres } }) {
      if (how === 'freeze') signalFamily(postgres.pid, 'SIGCONT');
      await back(postgres);
      return happened ? how : null;
    },
  };
}

const BALLAST = 'ballast';
const BLOCK = Buffer.alloc(1024 * 1024);

/** The disk of a server runs full and has room again after so many seconds. */
export function diskFull(which: 'postgres' | 'kafka', seconds: number): Fault {
  let filled = false;
  return {
    name: `the disk of ${which} is full for ${seconds} s`,
    claim: 'nothing is acknowledged that was not stored; work goes on when there is room',
    seconds,
    async inject({ stage }) {
      fill(join(diskOf(stage, which), BALLAST));
      filled = true;
      await Promise.resolve();
    },
    async heal({ stage }) {
      rmSync(join(diskOf(stage, which), BALLAST), { force: true });
      await back(stage[which]);
      return filled ? `${stage[which].name} had no room` : null;
    },
  };
}

function diskOf(stage: Stage, which: string): string {
  const path = stage.disks.get(which);
  if (path === undefined) throw new NotPossible(stage.noDisk.get(which) ?? `${which} has no disk of its own`);
  return path;
}

/** Writes until nothing fits any more, not even a byte. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (let size = BLOCK.length; size >= 1; size = Math.floor(size / 2)) while (fits(file, size));
  } finally {
    closeSync(file);
  }
}

function fits(file: number, size: number): boolean {
  try {
    return writeSync(file, BLOCK, 0, size) === size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
}

/** What ended comes back, if it takes several tries. */
async function back(server: Server): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await server.up();
      return;
    } catch (error) {
      if (tries === UP_TRIES) throw error;
      await sleep(1_000);
    }
  }
}
