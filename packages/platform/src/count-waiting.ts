import type { Instant } from '@order-mesh/kernel';
import { classOf, type LetterReason } from '@order-mesh/messaging';
import { letterMeasures, outboxMeasures } from './measures.ts';
import type { Metrics } from './metrics.ts';
import type { Database } from './postgres/database.ts';

export interface Counting {
  readonly database: Pick<Database, 'query'>;
  /** Whose letters are counted: each process tells of its own. */
  readonly services: ReadonlySet<string>;
  readonly metrics: Metrics;
}

/** Shows how many dead letters wait for a person, and what waits in the outbox and since when: by one statement. */
export function countWaiting({ database, services, metrics }: Counting): () => Promise<void> {
  const letters = metrics.gauge(letterMeasures.open);
  const pending = metrics.gauge(outboxMeasures.pending);
  const oldest = metrics.gauge(outboxMeasures.oldest);
  return async () => {
    const rows = await database.query<Row>({ name: 'messaging.waiting', text: WAITING });
    letters.setAll(rows.flatMap((row) => (row.what === 'letter' && services.has(row.service)
      ? [{ value: Number(row.count), labels: { service: row.service, class: classOf(row.reason), reason: row.reason } }]
      : [])));
    const outbox = rows.find(({ what }) => what === 'outbox');
    pending.set(Number(outbox?.count ?? 0n), {});
    oldest.set(outbox?.since ? Math.max(0, (outbox.now - outbox.since) / 1_000) : 0, {});
  };
}

interface Row {
  readonly what: 'letter' | 'outbox';
  readonly service: string;
  readonly reason: LetterReason;
  readonly count: bigint;
  readonly since: Instant | null;
  readonly now: Instant;
}

// the age by the clock that wrote the rows
const WAITING = `
  select 'letter' as what, participant as service, reason, count(*) as count, null::timestamptz as since, now() as now
    from messaging.dead_letter where status = 'open' group by participant, reason
  union all
  select 'outbox', '', '', count(*), min(created_at), now() from messaging.outbox`;
