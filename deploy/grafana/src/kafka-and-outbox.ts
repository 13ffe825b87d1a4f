import { inRange, of, quantile, query, rare, rate, type DashboardSpec } from './spec.ts';

/** How messages get through: what is behind, what is not out yet, what nobody could take. */
export const kafkaAndOutbox: DashboardSpec = {
  uid: 'mesh-kafka-and-outbox',
  title: 'Order Mesh: Kafka and outbox',
  description: 'Lag, batches, the outbox, copies and dead letters.',
  rows: [
    { title: 'Coming in', panels: [
      { kind: 'lines', title: 'Lag in seconds', says: 'For how long the oldest record that was not processed has been waiting.', unit: 's', runbook: 'ConsumerLag', queries: [query(`max by (group, topic) (${of('mesh_consumer_lag_seconds')})`, '{{group}} {{topic}}')] },
      { kind: 'lines', title: 'Lag in records', says: 'Not processed yet.', unit: 'short', runbook: 'ConsumerLag', queries: [query(`sum by (group, topic) (${of('mesh_consumer_lag')})`, '{{group}} {{topic}}')] },
      { kind: 'lines', title: 'Records and messages a second', says: 'Taken from Kafka, skipped because they were handled before, and sent.', unit: 'ops', queries: [
        query(`sum(${rate('mesh_records_total')})`, 'taken'), query(`sum(${rate('mesh_records_skipped_total')})`, 'skipped'), query(`sum(${rate('mesh_messages_sent_total')})`, 'sent'),
      ] },
      { kind: 'lines', title: 'Duration of a batch', says: 'One transaction for all that was delivered meanwhile.', unit: 's', queries: [query(quantile(0.5, 'mesh_batch_seconds'), 'p50'), query(quantile(0.99, 'mesh_batch_seconds'), 'p99')] },
      { kind: 'lines', title: 'Rebalances and silences', says: 'A few rebalances at a start are as they should be; a consumer that falls silent is not.', unit: 'short', runbook: 'ConsumerLag', queries: [
        query(`sum(increase(${of('mesh_consumer_rebalances_total')}[10m]))`, 'rebalances'), query(`sum(increase(${of('mesh_consumer_stalls_total')}[10m]))`, 'silences'), query(`sum(increase(${of('mesh_kafka_troubles_total')}[10m]))`, 'troubles'),
      ] },
      { kind: 'lines', title: 'Local work waiting', says: 'Requests, timers and answered calls that wait for a batch.', unit: 'short', queries: [query(`max by (instance) (${of('mesh_waiting_works')})`, '{{instance}}')] },
    ] },
    { title: 'Going out', panels: [
      { kind: 'lines', title: 'Age of the outbox', says: 'How long the oldest committed batch has waited for Kafka.', unit: 's', runbook: 'OutboxStuck', queries: [query(`max(${of('mesh_outbox_oldest_seconds')})`, 'oldest')] },
      { kind: 'lines', title: 'Batches in the outbox', says: 'In the database, and not yet acknowledged by the broker in each process.', unit: 'short', runbook: 'OutboxStuck', queries: [
        query(`max(${of('mesh_outbox_pending')})`, 'in the database'), query(`max by (instance) (${of('mesh_unpublished_batches')})`, '{{instance}}'),
      ] },
      { kind: 'lines', title: 'Bytes a second', says: 'Of the messages sent.', unit: 'Bps', queries: [query(`sum(${rate('mesh_messages_sent_bytes_total')})`, 'sent')] },
    ] },
    { title: 'What nobody could take', panels: [
      { kind: 'lines', title: 'Dead letters that wait for a person', says: '`mesh dlq list`. By service and reason.', unit: 'short', runbook: 'DeadLetters', queries: [rare(`sum by (service, reason) (max by (service, reason, class) (${of('mesh_dead_letters_open')}))`, '{{service}} {{reason}}')] },
      { kind: 'number', title: 'Buried in the time shown', says: 'Records that became dead letters.', unit: 'short', runbook: 'DeadLetters', queries: [rare(`sum(${inRange('mesh_dead_letters_total')})`)] },
    ] },
  ],
};
