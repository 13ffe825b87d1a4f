import { isOrderTopic } from '@order-mesh/contracts';
import { classOf, traceIdIn, type IncomingRecord, type Processor, type Watcher } from '@order-mesh/messaging';
import type { Log } from './log.ts';
import { batchMeasures, databaseMeasures, kafkaMeasures, letterMeasures } from './measures.ts';
import type { Metrics } from './metrics.ts';
import type { DatabaseObserver } from './postgres/database.ts';

/** Counts what the database is asked for. */
export function observedIn(metrics: Metrics): DatabaseObserver {
  const statements = metrics.counter(databaseMeasures.statements);
  const seconds = metrics.counter(databaseMeasures.seconds);
  const frozen = metrics.counter(databaseMeasures.frozen);
  const packets = metrics.counter(databaseMeasures.packets);
  const conflicts = metrics.counter(databaseMeasures.conflicts);
  return {
    statement: (statement, took) => {
      statements.add({ statement });
      seconds.add({ statement }, took);
    },
    packet: () => { packets.add({}); },
    conflict: () => { conflicts.add({}); },
    frozen: () => { frozen.add({}); },
    pool: (look) => {
      metrics.watched(databaseMeasures.connections, () => look().busy, { state: 'busy' });
      metrics.watched(databaseMeasures.connections, () => look().idle, { state: 'idle' });
      metrics.watched(databaseMeasures.waiting, () => look().waiting, {});
    },
  };
}

/** Counts and logs what the batches do. */
export function watcherOf(log: Log, metrics: Metrics): Watcher {
  const records = metrics.counter(batchMeasures.records);
  const skipped = metrics.counter(batchMeasures.skipped);
  const sent = metrics.counter(batchMeasures.sent);
  const bytes = metrics.counter(batchMeasures.bytes);
  const dead = metrics.counter(letterMeasures.dead);
  const took = metrics.histogram(batchMeasures.took);
  const rebalances = metrics.counter(kafkaMeasures.rebalances);
  return {
    batch: (report) => {
      records.add({}, report.records);
      skipped.add({}, report.skipped);
      sent.add({}, report.sent);
      bytes.add({}, report.sentBytes);
      took.observe(report.tookMs / 1_000, {});
      for (const { participant, reason } of report.dead) dead.add({ service: participant, class: classOf(reason), reason });
    },
    assigned: () => { rebalances.add({}); },
    trouble: (what, error, record) => { log.error('trouble', { what, error, ...(record && aboutOf(record)) }); },
  };
}

/** The order that a record is about, and its trace. */
function aboutOf({ topic, key, headers: { traceparent } }: IncomingRecord): Readonly<Record<string, string>> {
  const traceId = traceIdIn(traceparent === undefined ? {} : { traceparent });
  return { ...(isOrderTopic(topic) && { orderId: key.slice(0, LONGEST_ORDER_ID) }), ...(traceId !== undefined && { traceId }) };
}

// a record that nobody can take may have any key
const LONGEST_ORDER_ID = 64;

/** Shows how much has not got through yet. */
export function showQueues(processor: Processor, metrics: Metrics): void {
  metrics.watched(batchMeasures.unpublished, () => processor.queues().unpublished, {});
  metrics.watched(batchMeasures.works, () => processor.queues().works, {});
}
