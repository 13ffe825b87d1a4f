import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { onDatabase } from '../harness/servers.ts';
import { countersOf, grown, type Counters } from '../mesh/metrics.ts';
import type { Stage } from './stage.ts';

/** What has been written and asked so far. */
export interface Ledger {
  readonly kafkaBytes: number;
  readonly offsetBytes: number;
  readonly walBytes: number;
  readonly fullPages: number;
  readonly counters: Counters;
}

/** What an order has cost besides time. */
export type Costs = Readonly<Record<string, number>>;

export async function readLedger({ servers, mesh }: Stage): Promise<Ledger> {
  const sizes = logSizes(join(servers.folder, 'kafka'));
  const total = (own: boolean): number => sizes.filter(({ path }) => path.includes('__') !== own).reduce((sum, { bytes }) => sum + bytes, 0);
  const { rows: [row] } = await onDatabase(mesh.databaseUrl, (client) =>
    client.query<{ wal: string; pages: string }>(`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as wal, (select wal_fpi from pg_stat_wal) as pages`));
  return { kafkaBytes: total(true), offsetBytes: total(false), walBytes: Number(row?.wal), fullPages: Number(row?.pages), counters: await countersOf(mesh) };
}

export function costsBetween(before: Ledger, after: Ledger, orders: number): Costs {
  const counted = (name: string): number => grown(before.counters, after.counters, name) / orders;
  return {
    'bytes in Kafka topics': (after.kafkaBytes - before.kafkaBytes) / orders,
    'bytes of Kafka group offsets and transactions': (after.offsetBytes - before.offsetBytes) / orders,
    'bytes of PostgreSQL WAL': (after.walBytes - before.walBytes) / orders,
    'whole pages in the WAL': (after.fullPages - before.fullPages) / orders,
    'bytes in the outbox': counted('mesh_messages_sent_bytes_total'),
    'messages sent': counted('mesh_messages_sent_total'),
    'records taken from Kafka': counted('mesh_records_total'),
    'SQL statements': counted('mesh_sql_statements_total'),
    'SQL packets (round trips)': counted('mesh_sql_packets_total'),
    'batches': counted('mesh_batch_seconds_count'),
  };
}

function logSizes(folder: string): readonly { readonly path: string; readonly bytes: number }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /-\d+\/\d+\.log$/.test(path))
    .map((path) => ({ path, bytes: statSync(join(folder, path), { throwIfNoEntry: false })?.size ?? 0 }));
}
