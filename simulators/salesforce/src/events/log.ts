import type { SobjectName } from '../records/schema.ts';
import type { Fields } from '../records/store.ts';

/** Something happened that could not be told: to these records, or (overflow) to more than anybody counts. */
export const GAP_KINDS = ['GAP_CREATE', 'GAP_UPDATE', 'GAP_DELETE', 'GAP_UNDELETE', 'GAP_OVERFLOW'] as const;
export type GapKind = (typeof GAP_KINDS)[number];
export type ChangeKind = 'CREATE' | 'UPDATE' | 'DELETE' | GapKind;

/** What subscribers are told: one change, made to one record or alike to several in one call. */
export interface ChangeEvent {
  /** Counts from 1 over all topics; replay ids are made from it. */
  readonly sequence: number;
  readonly sobject: SobjectName;
  readonly kind: ChangeKind;
  readonly recordIds: readonly string[];
  /** The fields the change set, emptied ones as null. */
  readonly fields: Fields;
  readonly at: number;
  readonly origin: string;
  readonly userId: string;
  readonly transaction: number;
  readonly sequenceInTransaction: number;
}

/** Whose changes: one object type, or all of them. */
export type Channel = SobjectName | 'all';

/** The event bus: what happened lately, in order. */
export interface ChangeLog {
  append(event: Omit<ChangeEvent, 'sequence'>): void;
  /** Up to `limit` events of the channel that came after `sequence`. */
  after(channel: Channel, sequence: number, limit: number): readonly ChangeEvent[];
  /** The newest sequence number handed out; 0 when nothing ever happened. */
  latest(): number;
  /** Events up to this sequence number are gone. */
  forgotten(): number;
  /** Forgets everything so far, as if the retention time had passed. */
  forget(): void;
  /** Calls back after each append until the returned function is called. */
  watch(onAppend: () => void): () => void;
}

const MOST_KEPT = 250_000;

/** An event bus that keeps events for `retentionMs`, and never more than 250,000 of them. */
export function changeLog({ retentionMs, now }: { readonly retentionMs: number; readonly now: () => number }): ChangeLog {
  let kept: ChangeEvent[] = [];
  const byType = new Map<SobjectName, ChangeEvent[]>();
  const watchers = new Set<() => void>();
  let latest = 0;
  let forgotten = 0;

  const dropThrough = (sequence: number) => {
    if (sequence <= forgotten) return;
    forgotten = sequence;
    kept = kept.slice(firstAfter(kept, sequence));
    for (const [type, events] of byType) byType.set(type, events.slice(firstAfter(events, sequence)));
  };
  const expire = () => {
    const oldest = kept[0];
    if (!oldest || (oldest.at > now() - retentionMs && kept.length <= MOST_KEPT)) return;
    const alive = kept.findIndex((event) => event.at > now() - retentionMs);
    const tooMany = Math.max(0, kept.length - MOST_KEPT * 0.9);
    const dropped = alive === -1 ? kept.length : Math.max(alive, Math.floor(tooMany));
    dropThrough(kept[dropped - 1]?.sequence ?? forgotten);
  };

  return {
    append(event) {
      latest += 1;
      const numbered = { ...event, sequence: latest };
      kept.push(numbered);
      const sameType = byType.get(event.sobject) ?? [];
      sameType.push(numbered);
      byType.set(event.sobject, sameType);
      expire();
      for (const tell of watchers) tell();
    },
    after(channel, sequence, limit) {
      expire();
      const events = channel === 'all' ? kept : byType.get(channel) ?? [];
      const first = firstAfter(events, sequence);
      return events.slice(first, first + limit);
    },
    latest: () => latest,
    forgotten: () => forgotten,
    forget: () => dropThrough(latest),
    watch(onAppend) {
      watchers.add(onAppend);
      return () => void watchers.delete(onAppend);
    },
  };
}

function firstAfter(events: readonly ChangeEvent[], sequence: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.sequence ?? Infinity) <= sequence) low = middle + 1;
    if ((events[middle]?.sequence ?? Infinity) > sequence) high = middle;
  }
  return low;
}
