import type { Measures } from './measure.ts';

const SERVICE = 'the service that could not take it';
const CLASS = 'kind of reason: unreadable, refused by the handler, …';
const REASON = 'why, from a closed list of ten';
const TOPIC = 'the Kafka topic';
const STATEMENT = 'the name of the statement, from the code';

/** What every process tells of its batches, its database and its members at Kafka. */
export const batchMeasures = {
  records: { name: 'mesh_records_total', type: 'counter', unit: 'records', labels: {}, means: 'Records taken from Kafka.', use: 'The pace of the mesh. Zero while orders come in means that nothing is heard: see mesh_consumer_lag.' },
  skipped: { name: 'mesh_records_skipped_total', type: 'counter', unit: 'records', labels: {}, means: 'Deliveries skipped because they were handled before.', use: 'Some after a restart or a rebalance are as they should be. A steady share means that copies come in: look at who publishes twice.' },
  sent: { name: 'mesh_messages_sent_total', type: 'counter', unit: 'messages', labels: {}, means: 'Messages committed to the outbox.', use: 'Compare with mesh_records_total: an order makes about the same number of both.' },
  bytes: { name: 'mesh_messages_sent_bytes_total', type: 'counter', unit: 'bytes', labels: {}, means: 'Bytes of the messages committed to the outbox, as they go to Kafka.', use: 'For sizing brokers: multiply by the replication factor.' },
  took: { name: 'mesh_batch_seconds', type: 'histogram', unit: 'seconds', labels: {}, means: 'Duration of one batch transaction.', use: 'p99 above a second: look at mesh_sql_seconds_total by statement, then at locks in PostgreSQL.' },
  unpublished: { name: 'mesh_unpublished_batches', type: 'gauge', unit: 'batches', labels: {}, means: 'Committed batches of this process whose messages the broker has not acknowledged yet.', use: 'At 8 nothing new is taken. Look at the brokers; nothing is lost.' },
  works: { name: 'mesh_waiting_works', type: 'gauge', unit: 'works', labels: {}, means: 'Pieces of local work (requests, timers, answered calls) that wait for a batch.', use: 'Grows with mesh_batch_seconds; at 5,000 requests are refused.' },
  congested: { name: 'mesh_congested', type: 'gauge', unit: 'yes or no', labels: {}, means: 'Whether new orders have to wait, because something behind them is full: 1 when so.', use: 'The log says which queue; see how-to/overload-and-stalls.md.' },
} as const satisfies Measures;

export const outboxMeasures = {
  pending: { name: 'mesh_outbox_pending', type: 'gauge', unit: 'batches', labels: {}, means: 'Committed batches in the outbox of this database; read every 15 s.', use: 'Every process of a database shows the same: take the maximum. See the runbook OutboxStuck.' },
  oldest: { name: 'mesh_outbox_oldest_seconds', type: 'gauge', unit: 'seconds', labels: {}, means: 'How long the oldest batch in the outbox has waited for Kafka; 0 when there is none.', use: 'Below a second while all is well. See the runbook OutboxStuck.' },
} as const satisfies Measures;

export const letterMeasures = {
  dead: { name: 'mesh_dead_letters_total', type: 'counter', unit: 'dead letters', labels: { service: SERVICE, class: CLASS, reason: REASON }, means: 'Records that became dead letters.', use: 'Each is an order that may stand still. See the runbook DeadLetters.' },
  open: { name: 'mesh_dead_letters_open', type: 'gauge', unit: 'dead letters', labels: { service: SERVICE, class: CLASS, reason: REASON }, means: 'Dead letters that wait for a person; read every 15 s.', use: '`mesh dlq list` shows them, how-to/dead-letters.md says what can be done.' },
} as const satisfies Measures;

export const kafkaMeasures = {
  lag: { name: 'mesh_consumer_lag', type: 'gauge', unit: 'records', labels: { group: 'the consumer group', topic: TOPIC }, means: 'Records of the partitions this process holds that it has not processed yet; asked every 15 s.', use: 'Sum it over the processes of a group. See the runbook ConsumerLag.' },
  lagSeconds: { name: 'mesh_consumer_lag_seconds', type: 'gauge', unit: 'seconds', labels: { group: 'the consumer group', topic: TOPIC }, means: 'For how long the oldest of those records has been waiting, to 15 s.', use: 'What an order loses here. Take the maximum over the processes of a group.' },
  rebalances: { name: 'mesh_consumer_rebalances_total', type: 'counter', unit: 'times', labels: {}, means: 'How often the partitions of this process have changed.', use: 'A few at each start or stop of a process. More: a member is thrown out again and again, look at mesh_consumer_stalls_total.' },
  troubles: { name: 'mesh_kafka_troubles_total', type: 'counter', unit: 'times', labels: {}, means: 'Failures of Kafka clients that are tried again; the same one at most once in 10 s.', use: 'The log names each. Steady growth: the way to a broker is broken.' },
  stalls: { name: 'mesh_consumer_stalls_total', type: 'counter', unit: 'times', labels: {}, means: 'Consumers that fell silent while the broker was well, and were replaced.', use: 'After the second within ten minutes the process ends to be started again; see how-to/overload-and-stalls.md.' },
} as const satisfies Measures;

export const databaseMeasures = {
  statements: { name: 'mesh_sql_statements_total', type: 'counter', unit: 'statements', labels: { statement: STATEMENT }, means: 'Statements PostgreSQL has answered.', use: 'Which statement is asked how often.' },
  seconds: { name: 'mesh_sql_seconds_total', type: 'counter', unit: 'seconds', labels: { statement: STATEMENT }, means: 'Time from sending a statement to its answer; statements sent together wait for each other.', use: 'Divide its rate by that of mesh_sql_statements_total: the mean time of a statement.' },
  packets: { name: 'mesh_sql_packets_total', type: 'counter', unit: 'packets', labels: {}, means: 'Packets of statements sent within transactions; each may wait for one round trip.', use: 'Per batch: how much a slow network to PostgreSQL costs.' },
  conflicts: { name: 'mesh_sql_conflicts_total', type: 'counter', unit: 'transactions', labels: {}, means: 'Transactions tried again with locks, because what they had read without has changed.', use: 'A share of batches above a tenth: several processes work on the same customers or products at once.' },
  frozen: { name: 'mesh_database_connections_frozen_total', type: 'counter', unit: 'connections', labels: {}, means: 'Connections that answered nothing and were destroyed; what they were asked last was read anew.', use: 'Anything but 0: look at the network and at PostgreSQL.' },
  connections: { name: 'mesh_database_connections', type: 'gauge', unit: 'connections', labels: { state: 'busy or idle' }, means: 'Connections this process has open.', use: 'Busy at DATABASE_CONNECTIONS for long: the pool is too small or statements are slow.' },
  waiting: { name: 'mesh_database_waiting', type: 'gauge', unit: 'requests', labels: {}, means: 'Requests that wait for a free connection.', use: 'Anything but 0 for long: raise DATABASE_CONNECTIONS, or find what holds connections.' },
} as const satisfies Measures;
