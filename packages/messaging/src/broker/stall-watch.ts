import { MeshError } from '@order-mesh/kernel';
import { pause } from './waiting.ts';

const PATIENCE = { lookMs: 5_000, stallMs: 20_000 };

export interface Watched {
  /** When the group last answered this member, in ms since the epoch. */
  answeredAt(): number;
  /** When a record last arrived. */
  arrivedAt(): number;
  /** Whether records may arrive now: false while nobody takes those that did. */
  isHungry(): boolean;
  /** Whether a fresh connection to the broker gets an answer. */
  isUp(): Promise<boolean>;
  /** The partitions that have more records than arrived, and where each stands. */
  behind(): Promise<ReadonlyMap<string, bigint>>;
}

/**
 * Resolves with the reason when a client fell silent although the broker answers others: no heartbeat for 20 s, or records that wait
 * while none arrive for 20 s and stand still between two looks. An outage is no stall. Both libraries were seen to stall without an error.
 */
export async function stallOf(watched: Watched, end: AbortSignal, { lookMs, stallMs } = PATIENCE): Promise<Error> {
  let seenBehind: ReadonlyMap<string, bigint> = new Map();
  for (let lookedAt = Date.now(); !end.aborted;) {
    await pause(lookMs, end);
    const now = Date.now();
    if (now - watched.answeredAt() > stallMs && (await watched.isUp())) return stalled('no heartbeat was answered');
    if (now - Math.max(watched.arrivedAt(), lookedAt) < stallMs || !watched.isHungry()) continue;
    const behind = await watched.behind().catch(() => new Map<string, bigint>());
    if ([...behind].some(([key, offset]) => seenBehind.get(key) === offset)) return stalled('records wait on the broker but none arrive');
    seenBehind = behind;
    // what waits now gets until the next look to arrive
    lookedAt = behind.size > 0 ? now - stallMs + lookMs : now;
  }
  return stalled('left');
}

function stalled(what: string): MeshError {
  return new MeshError('TIMED_OUT', { advice: `${what}: the consumer is replaced` });
}
