import { classOf, type Processor, type Watcher } from '@order-mesh/messaging';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { DatabaseObserver } from './postgres/database.ts';

/** Counts what the database is asked for. */
export function observedIn(metrics: Metrics): DatabaseObserver {
  const statements = metrics.counter('mesh_sql_statements_total', 'Statements PostgreSQL has answered.', ['statement']);
  const seconds = metrics.counter('mesh_sql_seconds_total', 'Time from sending a statement to its answer; statements sent together wait for each other.', ['statement']);
  const frozen = metrics.counter('mesh_database_connections_frozen_total', 'Connections that answered nothing and were destroyed; what they were asked last was read anew.');
  const packets = metrics.counter('mesh_sql_packets_total', 'Packets of statements sent within transactions; each may wait for one round trip.');
  const conflicts = metrics.counter('mesh_sql_conflicts_total', 'Transactions tried again with locks, because what they had read without has changed.');
  return {
    statement: (statement, took) => {
      statements.add({ statement });
      seconds.add({ statement }, took);
    },
    packet: () => { packets.add(); },
    conflict: () => { conflicts.add(); },
    frozen: () => { frozen.add(); },
  };
}

/** Counts and logs what the batches do. */
export function watcherOf(log: Log, metrics: Metrics): Watcher {
  const records = metrics.counter('mesh_records_total', 'Records taken from Kafka.');
  const skipped = metrics.counter('mesh_records_skipped_total', 'Deliveries skipped because they were handled before.');
  const sent = metrics.counter('mesh_messages_sent_total', 'Messages committed to the outbox.');
  const bytes = metrics.counter('mesh_messages_sent_bytes_total', 'Their bytes, as they go to Kafka.');
  const dead = metrics.counter('mesh_dead_letters_total', 'Records that became dead letters.', ['service', 'class', 'reason']);
  const took = metrics.histogram('mesh_batch_seconds', 'Duration of one batch transaction.');
  return {
    batch: (report) => {
      records.add({}, report.records);
      skipped.add({}, report.skipped);
      sent.add({}, report.sent);
      bytes.add({}, report.sentBytes);
      took.observe(report.tookMs / 1_000);
      for (const { participant, reason } of report.dead) dead.add({ service: participant, class: classOf(reason), reason });
    },
    trouble: (what, error) => { log.error('trouble', { what, error }); },
  };
}

/** Shows how much has not got through yet. */
export function showQueues(processor: Processor, metrics: Metrics): void {
  metrics.watched('mesh_unpublished_batches', 'Committed batches whose messages the broker has not acknowledged yet.', () => processor.queues().unpublished);
  metrics.watched('mesh_waiting_works', 'Pieces of local work (requests, timers, answered calls) that wait for a batch.', () => processor.queues().works);
}
