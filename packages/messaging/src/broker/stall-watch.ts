import { MeshError } from '@order-mesh/kernel';
import { pause } from './waiting.ts';

/** How long a consumer may be silent, unless the broker's options say otherwise. */
export const STALL_MS = 20_000;
const LOOKS_A_STALL = 4;
const LOOKS_STUCK = 2;
const MOST_NAMED = 5;

export interface Watched {
  /** When the group last answered this member, in ms since the epoch. */
  answeredAt(): number;
  /** When a record last arrived. */
  arrivedAt(): number;
  /** Whether records may arrive now: false while nobody takes those that did. */
  isHungry(): boolean;
  /** Whether a fresh connection to the broker gets an answer. */
  isUp(): Promise<boolean>;
  /** The partitions that have more records than arrived, and where each stands; none that is held. */
  behind(): Promise<ReadonlyMap<string, bigint>>;
}

/**
 * Resolves with the reason (CONSUMER_STALLED) when a client fell silent although the broker answers others: no heartbeat for `stallMs` in which the broker
 * was well, or records that wait while none arrive for as long and stand still for half as long again. An outage is no stall, and what comes after it gets
 * as long. Both libraries were seen to stall without an error.
 */
export async function stallOf(watched: Watched, end: AbortSignal, stallMs = STALL_MS): Promise<Error> {
  const lookMs = stallMs / LOOKS_A_STALL;
  // of a broker that answers others while no heartbeat is answered
  let upSince: number | null = null;
  let seen: ReadonlyMap<string, Stuck> = new Map();
  for (let lookedAt = Date.now(); !end.aborted;) {
    await pause(lookMs, end);
    const now = Date.now();
    const isMissed = now - watched.answeredAt() > lookMs && (await watched.isUp());
    upSince = isMissed ? Math.max(upSince ?? now, watched.answeredAt()) : null;
    if (upSince !== null && now - upSince >= stallMs) return stalled(`no heartbeat was answered for ${Math.round((now - watched.answeredAt()) / 1_000)} s, though the broker answers others`);
    if (now - Math.max(watched.arrivedAt(), lookedAt) < stallMs || !watched.isHungry()) continue;
    seen = standing(await watched.behind().catch(() => new Map<string, bigint>()), seen);
    const stuck = [...seen].filter(([, { looks }]) => looks >= LOOKS_STUCK);
    if (stuck.length > 0) return stalled(`records wait on the broker but none arrived for ${stallMs / 1_000} s (${named(stuck)})`);
    // what waits now gets until the next looks to arrive
    lookedAt = seen.size > 0 ? now - stallMs + lookMs : now;
  }
  return stalled('left');
}

interface Stuck {
  readonly offset: bigint;
  /** How many looks before this one have seen it there. */
  readonly looks: number;
}

function standing(behind: ReadonlyMap<string, bigint>, before: ReadonlyMap<string, Stuck>): ReadonlyMap<string, Stuck> {
  return new Map([...behind].map(([key, offset]) => {
    const known = before.get(key);
    return [key, { offset, looks: known?.offset === offset ? known.looks + 1 : 0 }];
  }));
}

function stalled(what: string): MeshError {
  return new MeshError('CONSUMER_STALLED', { advice: `${what}; the consumer is replaced` });
}

function named(stuck: readonly (readonly [string, Stuck])[]): string {
  const some = stuck.slice(0, MOST_NAMED).map(([key, { offset }]) => (offset < 0n ? `${key} not begun` : `${key} at ${offset}`));
  return [...some, ...stuck.length > MOST_NAMED ? [`${stuck.length - MOST_NAMED} more`] : []].join(', ');
}
