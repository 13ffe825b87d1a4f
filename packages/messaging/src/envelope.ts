import { createHash, randomBytes } from 'node:crypto';
import type { Instant } from '@order-mesh/kernel';
import { contracts, type AnyMessage } from '@order-mesh/contracts';
import type { IncomingRecord, OutgoingRecord } from './broker/broker.ts';
import { partitionFor } from './broker/partition.ts';
import type { Codec } from './codec/index.ts';
import type { Cause, Outgoing, Received, Trace } from './message.ts';

/** Names the participants that have taken a message in the very transaction that produced it; they skip it when it comes back over Kafka. */
const HANDLED = 'mesh-handled';

/** A message on its way out: received by whoever is near in the same transaction, published to everybody else. */
export interface Envelope {
  readonly received: Received;
  readonly topic: string;
  readonly partition: number;
  readonly source: string;
  readonly handledBy: readonly string[];
}

/** Derives the id from what caused the message, so that a repeated decision gives the same id. */
export function childId(cause: Cause, participant: string, index: number): string {
  return createHash('sha1').update(`${cause.id}|${participant}|${index}`).digest('base64url');
}

/** Continues the trace of the cause with a span of its own, or begins one (W3C trace context). */
export function childTrace(trace: Trace): Trace {
  const traceId = trace.traceparent?.split('-')[1] ?? randomBytes(16).toString('hex');
  return { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` };
}

export interface Sender {
  readonly participant: string;
  readonly partitions: number;
  readonly now: Instant;
}

export function envelope(message: Outgoing, cause: Cause, index: number, { participant, partitions, now }: Sender): Envelope {
  const { topic } = contracts[message.type];
  const key = keyOf(message);
  return {
    received: { ...message, id: childId(cause, participant, index), key, at: now, trace: childTrace(cause.trace) },
    topic,
    partition: partitionFor(key, partitions),
    source: participant,
    handledBy: [],
  };
}

/** CloudEvents 1.0 Kafka binding, binary mode. */
export function toRecord({ received, topic, partition, source, handledBy }: Envelope, codec: Codec): OutgoingRecord {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: received.id,
    ce_type: received.type,
    ce_source: `/order-mesh/${source}`,
    ce_subject: received.key,
    ce_time: new Date(received.at).toISOString(),
    'content-type': 'application/avro',
  };
  if (received.trace.traceparent) headers['traceparent'] = received.trace.traceparent;
  if (handledBy.length > 0) headers[HANDLED] = handledBy.join(',');
  return { topic, partition, key: received.key, value: codec.encode(received), headers };
}

/** Reads the envelope around a decoded message; a foreign record without CloudEvents headers is named by its place. */
export function fromRecord(record: IncomingRecord, message: AnyMessage): Received {
  const { headers } = record;
  const at = Date.parse(headers['ce_time'] ?? '');
  return {
    ...message,
    id: headers['ce_id'] ?? `${record.topic}/${record.partition}/${record.offset}`,
    key: record.key,
    at: Number.isNaN(at) ? record.timestamp : at,
    trace: headers['traceparent'] ? { traceparent: headers['traceparent'] } : {},
  };
}

export function handledBy(record: IncomingRecord): readonly string[] {
  const names = record.headers[HANDLED];
  return names ? names.split(',') : [];
}

function keyOf(message: Outgoing): string {
  const fields = new Map<string, unknown>(Object.entries(message.value));
  return String(fields.get(contracts[message.type].key));
}
