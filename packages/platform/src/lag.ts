import type { Clock, Duration, Instant } from '@order-mesh/kernel';
import { placeOf, type Broker, type Position } from '@order-mesh/messaging';
import { kafkaMeasures } from './measures.ts';
import type { Metrics } from './metrics.ts';

export interface LagWatch {
  readonly groupId: string;
  readonly broker: Pick<Broker, 'begins' | 'ends'>;
  /** How far this process is in each partition it holds. */
  readonly positions: () => readonly Position[];
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Shows how far this process is behind in each topic, in records and in seconds: asks the broker, and needs nothing of what runs. */
export function measureLag({ groupId, broker, positions, clock, metrics }: LagWatch): () => Promise<void> {
  const records = metrics.gauge(kafkaMeasures.lag);
  const seconds = metrics.gauge(kafkaMeasures.lagSeconds);
  const book = lagBook();
  return async () => {
    const reached = positions();
    const ends = await broker.ends([...new Set(reached.map(({ topic }) => topic))]);
    const begins = await broker.begins(unbegun(reached, ends));
    // a position asked for after the ends would hide what came meanwhile; one asked for before only counts it
    const lags = book.look({ reached, begins, ends }, clock.now());
    records.setAll(lags.map((lag) => ({ value: lag.records, labels: { group: groupId, topic: lag.topic } })));
    seconds.setAll(lags.map((lag) => ({ value: lag.waited / 1_000, labels: { group: groupId, topic: lag.topic } })));
  };
}

/** Topics with partitions that nothing was processed of: what lay at their beginning may be gone. */
function unbegun(reached: readonly Position[], ends: readonly Position[]): readonly string[] {
  const endOf = new Map(ends.map((end) => [placeOf(end), end.offset]));
  return [...new Set(reached.filter((position) => position.offset === 0n && (endOf.get(placeOf(position)) ?? 0n) > 0n).map(({ topic }) => topic))];
}

export interface Places {
  readonly reached: readonly Position[];
  readonly begins: readonly Position[];
  readonly ends: readonly Position[];
}

export interface TopicLag {
  readonly topic: string;
  readonly records: number;
  /** For how long the oldest of them has been waiting, as far as the looks can tell. */
  readonly waited: Duration;
}

export interface LagBook {
  look(places: Places, now: Instant): readonly TopicLag[];
}

interface Seen {
  readonly end: bigint;
  readonly at: Instant;
}

/** Ends remembered of one partition: older ones are thinned out, so that a day without progress is still told as a day. */
const REMEMBERED = 60;

/** Remembers when the end of each partition was seen where: what lies before an end has been waiting at least since then. */
export function lagBook(): LagBook {
  let seen = new Map<string, readonly Seen[]>();
  return {
    look({ reached, begins, ends }, now) {
      const beginOf = new Map(begins.map((begin) => [placeOf(begin), begin.offset]));
      const endOf = new Map(ends.map((end) => [placeOf(end), end.offset]));
      const next = new Map<string, readonly Seen[]>();
      const byTopic = new Map<string, TopicLag>();
      for (const position of reached) {
        const place = placeOf(position);
        const from = larger(position.offset, beginOf.get(place) ?? 0n);
        const end = endOf.get(place) ?? from;
        const waiting = [...(seen.get(place) ?? []), { end, at: now }].filter((one) => one.end > from);
        next.set(place, thinned(waiting));
        const { topic } = position;
        const known = byTopic.get(topic) ?? { topic, records: 0, waited: 0 };
        byTopic.set(topic, { topic, records: known.records + Number(larger(end - from, 0n)), waited: Math.max(known.waited, now - (waiting[0]?.at ?? now)) });
      }
      seen = next;
      return [...byTopic.values()];
    },
  };
}

// the first one tells how long the oldest has waited, and must stay
const thinned = (looks: readonly Seen[]): readonly Seen[] => (looks.length <= REMEMBERED ? looks : looks.filter((_, at) => at % 2 === 0));

const larger = (one: bigint, other: bigint): bigint => (one > other ? one : other);
