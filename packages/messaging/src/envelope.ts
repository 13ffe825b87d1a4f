import type { Instant } from '@order-mesh/kernel';
import { contracts, isOrderTopic, type AnyMessage } from '@order-mesh/contracts';
import type { IncomingRecord, OutgoingRecord } from './broker/broker.ts';
import { framedWith } from './broker/frame.ts';
import type { Codec } from './codec/index.ts';
import { Sink } from './codec/sink.ts';
import { digest, hex } from './digest.ts';
import type { Cause, Outgoing, Received, Trace } from './message.ts';

/** Names the participants that have taken a message in the very transaction that produced it; they skip it when it comes back over Kafka. */
export const HANDLED = 'mesh-handled';

/** A message on its way out: received by whoever is near in the same transaction, published to everybody else. */
export interface Envelope {
  readonly received: Received;
  readonly topic: string;
  readonly partition: number;
  readonly source: string;
  readonly handledBy: readonly string[];
  /** The trace context of what caused it. */
  readonly cause: string | undefined;
}

/** Which of the messages that follow from one cause it is. */
export interface Place {
  readonly participant: string;
  readonly type: string;
  /** Among those of this participant. */
  readonly index: number;
  /** The order it is about, if it is about one. */
  readonly order?: string | undefined;
}

/**
 * Who the message is and which span it is, both derived from what caused it, so that a repeated decision gives the same. Its type belongs to it:
 * a cause that is heard again may lead to another answer, which is another message.
 * Continues the trace of the cause; where that has none (a timer, a callback), that of its order, or a new one (W3C trace context).
 */
export function descent({ id, trace }: Cause, { participant, type, index, order }: Place): { readonly id: string; readonly trace: Trace } {
  const own = hex(digest(`${id}|${participant}|${type}|${index}`));
  const traceId = traceIdIn(trace) ?? traceIdOf(order ?? id);
  return { id: own, trace: { traceparent: `00-${traceId}-${own.slice(SPAN_ID_AT)}-01` } };
}

/** The trace of an order that brought none along: whatever happens to it, whenever, is found there. */
export const traceIdOf = (orderId: string): string => hex(digest(`trace|${orderId}`));

/** The trace that a context belongs to; undefined where there is none. */
export const traceIdIn = ({ traceparent }: Trace): string | undefined => traceparent?.slice(TRACE_ID_AT, TRACE_ID_AT + TRACE_ID_LENGTH);

const TRACE_ID_AT = 3;
const TRACE_ID_LENGTH = 32;
/** Of a message's own digest, its second half. */
const SPAN_ID_AT = 16;

export interface Sender {
  readonly participant: string;
  readonly partitionOf: (key: string) => number;
  /** Who takes a message of this topic and partition in the transaction at hand. */
  readonly nearTo: (topic: string, partition: number) => readonly string[];
  readonly now: Instant;
}

export function envelope(message: Outgoing, cause: Cause, index: number, { participant, partitionOf, nearTo, now }: Sender): Envelope {
  const { topic } = contracts[message.type];
  const key = keyOf(message);
  const partition = partitionOf(key);
  const { id, trace } = descent(cause, { participant, type: message.type, index, order: isOrderTopic(topic) ? key : undefined });
  return {
    // named one by one: copying what a spread finds is a tenth of what deciding costs
    received: { type: message.type, value: message.value, id, key, at: cause.happenedAt ?? now, trace } as Received,
    topic,
    partition,
    source: participant,
    handledBy: nearTo(topic, partition),
    cause: cause.trace.traceparent,
  };
}

/** CloudEvents 1.0 Kafka binding, binary mode. */
export function toRecord({ received, topic, partition, source, handledBy }: Envelope, codec: Codec): OutgoingRecord {
  const { id, key, at, trace: { traceparent } } = received;
  const handled = handledBy.length > 0;
  const frame = framedWith({
    key,
    value: codec.encode(received),
    headerCount: OWN_HEADERS + (traceparent === undefined ? 0 : 1) + (handled ? 1 : 0),
    writeHeaders: (sink) => {
      sink.raw(constantHeaders(received.type, source));
      pair(sink, 'ce_id', id);
      pair(sink, 'ce_subject', key);
      pair(sink, 'ce_time', timeText(at));
      if (traceparent !== undefined) pair(sink, 'traceparent', traceparent);
      if (handled) pair(sink, HANDLED, handledBy.join(','));
    },
  });
  return handled ? { topic, partition, frame, takenHere: true } : { topic, partition, frame };
}

const OWN_HEADERS = 7;

/** What all messages of a type from one sender have in common, in bytes. */
const constantHeaders = ((): (type: string, source: string) => Uint8Array => {
  const known = new Map<string, Uint8Array>();
  return (type, source) => {
    const found = known.get(`${type} ${source}`);
    if (found) return found;
    const sink = new Sink();
    pair(sink, 'ce_specversion', '1.0');
    pair(sink, 'ce_type', type);
    pair(sink, 'ce_source', `/order-mesh/${source}`);
    pair(sink, 'content-type', 'application/avro');
    const made = sink.finish();
    known.set(`${type} ${source}`, made);
    return made;
  };
})();

function pair(sink: Sink, name: string, value: string): void {
  sink.text(name);
  sink.text(value);
}

/** The messages of one transaction share their instant. */
const timeText = ((): (at: Instant) => string => {
  let last = { at: Number.NaN, text: '' };
  return (at) => {
    if (last.at !== at) last = { at, text: new Date(at).toISOString() };
    return last.text;
  };
})();

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
  return String(Reflect.get(message.value, contracts[message.type].key));
}
