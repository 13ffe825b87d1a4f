import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { Chance } from '../random.ts';
import type { Ticket, Timeline } from './timeline.ts';

/** What the process-wide clocks and sources of chance stand for at the moment. */
interface Stage {
  readonly timeline: Timeline;
  readonly chance: Chance;
}

let stage: Stage | null = null;

/** For what modules draw while they are loaded. */
const beforehand = new Chance(0);

const realSetImmediate = setImmediate;
const TURNS_AT_ONCE = 64;

/**
 * Lets `turn` have a number of turns, until it is false; whatever a turn set going (its promises, to the last) ends before the next one begins. Tells
 * whether it may go on. Many at once, because a round of the event loop costs more than most turns.
 */
export function inTurns(turn: () => boolean): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const take = (): void => {
      try {
        isOver ||= !turn();
      } catch (error) {
        isOver = true;
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    for (let left = TURNS_AT_ONCE; left > 0; left -= 1) realSetImmediate(take);
    realSetImmediate(() => { resolve(!isOver); });
  });
}

/** From now on time and chance of this thread come from here. */
export function enter(timeline: Timeline, chance: Chance): void {
  stage = { timeline, chance };
}

export function leave(): void {
  stage = null;
}

/**
 * Puts virtual time and seeded chance in the place of the process-wide ones, for everything this thread loads from now on: `setTimeout`,
 * `setInterval`, `Date.now`, `performance.now`, `Math.random`, `randomUUID`, `randomBytes`. Once a thread; outside of a run they stand still.
 */
export function installVirtualGlobals(): void {
  Object.assign(globalThis, {
    setTimeout: (run: (...given: readonly unknown[]) => void, delay = 0, ...given: readonly unknown[]) => on().timeline.timer(delay, () => { run(...given); }),
    setInterval: (run: () => void, every: number) => repeat(run, every),
    clearTimeout: cancel,
    clearInterval: cancel,
  });
  Date.now = () => stage?.timeline.now ?? 0;
  performance.now = () => stage?.timeline.now ?? 0;
  Math.random = () => chance().unit();
  crypto.randomBytes = randomBytes as typeof crypto.randomBytes;
  crypto.randomUUID = () => {
    const hex = randomBytes(16).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  };
  syncBuiltinESMExports();
}

function on(): Stage {
  if (!stage) throw new Error('virtual time stands still: something goes on after its run has ended');
  return stage;
}

const chance = (): Chance => stage?.chance ?? beforehand;

function repeat(run: () => void, every: number): { cancelled: boolean; unref(): void } {
  const handle = { cancelled: false, unref: () => {} };
  const turn = (): void => {
    if (handle.cancelled) return;
    run();
    on().timeline.timer(every, turn);
  };
  on().timeline.timer(every, turn);
  return handle;
}

function cancel(handle: Pick<Ticket, 'cancelled'> | null | undefined): void {
  if (handle) handle.cancelled = true;
}

function randomBytes(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 1) bytes[at] = chance().bits() & 0xff;
  return bytes;
}
