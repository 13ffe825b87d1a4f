import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker } from '@order-mesh/messaging';
import type { OrderBook } from './load/book.ts';
import { replayAll } from './load/copies.ts';
import { faultsOf, type Plan } from './plan/spec.ts';
import type { Stage } from './stage/stage.ts';
import type { Looker } from './watch/database.ts';
import { changedEffects, quiet, readEffects } from './watch/effects.ts';

const LATE_POINTS_WITHIN_MS = 60_000;
const LATE_POINTS_TURN_MS = 8_000;
const STALLED_AFTER_MS = 180_000;
const QUIET_WITHIN_MS = 120_000;
/** Every service that reads a message hears it once more and recognises it; 37,000 took two cores 15 s. */
const HEARD_A_SECOND = 500;

/** Crash points by whether a process ended there. */
export interface Reached {
  readonly reached: readonly string[];
  readonly missed: readonly string[];
}

/** Gives processes that were armed and not yet crashed the rest of their time: orders still flow. */
export async function crashPointsReached(stage: Stage, plan: Plan, say: (line: string) => void): Promise<Reached> {
  const planned = faultsOf(plan).flatMap(({ fault }) => ('point' in fault && fault.point !== undefined ? [nameOf(fault.point)] : []));
  const look = (): Reached => {
    const reached = new Set(stage.ends.flatMap(({ wanted, point, how }) => (!wanted && point !== undefined && how.includes('SIGKILL') ? [nameOf(point)] : [])));
    return { reached: planned.filter((name) => reached.has(name)), missed: planned.filter((name) => !reached.has(name)) };
  };
  const late = look().missed;
  if (late.length > 0) say(`waiting for the crash points ${late.join(', ')}`);
  for (const end = Date.now() + LATE_POINTS_WITHIN_MS; look().missed.length > 0 && Date.now() < end; await sleep(LATE_POINTS_TURN_MS)) {
    for (const service of stage.services.values()) if (service.waitsToArm().length > 0) service.restart();
  }
  return look();
}

const nameOf = (point: string): string => point.split('#')[0] ?? '';

/** Waits until every order that was taken on has ended; gives up when none has for so long as the longest timer (an undo that is asked again), and a minute. */
export async function ordersEnded(book: OrderBook, signal: AbortSignal): Promise<void> {
  let [open, movedAt] = [book.open().length, Date.now()];
  while (open > 0 && Date.now() - movedAt < STALLED_AFTER_MS && !signal.aborted) {
    await sleep(300);
    const now = book.open().length;
    if (now !== open) movedAt = Date.now();
    open = now;
  }
}

export interface Replayed {
  readonly messages: number;
  /** What a second hearing has changed, in words; nothing may. */
  readonly changed: readonly string[];
}

/** Lets the mesh hear everything that was ever said once more, and looks whether anything came of it. */
export async function replay(stage: Stage, looker: Looker, broker: Broker): Promise<Replayed> {
  await quiet(stage, looker, QUIET_WITHIN_MS);
  const before = await readEffects(stage, looker);
  const { messages, unread } = await replayAll(broker);
  const within = QUIET_WITHIN_MS + messages / HEARD_A_SECOND * 1_000;
  const isQuiet = await quiet(stage, looker, within);
  const after = await readEffects(stage, looker);
  return { messages, changed: [
    ...changedEffects(before, after), ...(unread > 0 ? [`${unread} partitions could not be read to their end`] : []), ...(isQuiet ? [] : [`the mesh is still busy ${Math.round(within / 1_000)} s after a replay`]),
  ] };
}
