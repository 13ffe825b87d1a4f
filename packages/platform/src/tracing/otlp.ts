import { randomBytes } from 'node:crypto';
import { SpanKind, SpanStatusCode, TraceFlags, type Attributes, type HrTime, type Link, type SpanContext } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import { traceIdOf, type SentSpan } from '@order-mesh/messaging';
import type { Tracing, TracingOptions } from './tracing.ts';

/** As many as a span of OpenTelemetry has by default. */
const MOST_LINKS = 128;
const MOST_WAITING = 20_000;
const SENT_EVERY_MS = 1_000;
const SENT_TOGETHER = 1_000;
const STOP_WITHIN_MS = 3_000;

const SCOPE = { name: 'order-mesh' };

/** Spans by OTLP over HTTP (JSON), in the background; when the collector is away or slow they are dropped, never waited for. */
export function otlpTracing({ endpoint, group }: TracingOptions): Tracing {
  return tracingTo(new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` }), group);
}

/** The same to any exporter. */
export function tracingTo(exporter: SpanExporter, group: string): Tracing {
  const processor = new BatchSpanProcessor({ exporter, maxQueueSize: MOST_WAITING, maxExportBatchSize: SENT_TOGETHER, scheduledDelayMillis: SENT_EVERY_MS });
  const end = (span: Span): void => { processor.onEnd(readable(span)); };
  return {
    batch({ began, ended, took, sent }) {
      for (const one of sent) end(messageSpan(one, began, ended));
      if (took.length > 0) end({ service: group, name: 'batch', kind: SpanKind.CONSUMER, own: newTrace(), began, ended, links: took.slice(0, MOST_LINKS), attributes: { 'messaging.batch.message_count': took.length } });
    },
    call({ service, system, operation, orderId, cause, began, ended, result }) {
      const parent = contextOf(cause);
      // what a callback or a timer asks for has no cause but its order
      const traceId = parent?.traceId ?? (orderId === '' ? randomHex(16) : traceIdOf(orderId));
      const own: SpanContext = { traceId, spanId: randomHex(8), traceFlags: TraceFlags.SAMPLED };
      end({
        service, name: `${system} ${operation}`, kind: SpanKind.CLIENT, own, parent, began, ended, isFailed: result === 'unavailable' || result === 'unknown',
        attributes: { 'peer.service': system, 'order_mesh.operation': operation, 'order_mesh.order_id': orderId, 'order_mesh.result': result },
      });
    },
    stop: () => Promise.race([processor.shutdown().catch(() => {}), new Promise<void>((resolve) => { setTimeout(resolve, STOP_WITHIN_MS).unref(); })]),
  };
}

/** A message is the span of its making: from the begin of the batch that decided it to the commit, below what caused it. */
function messageSpan({ traceparent, cause, type, key, topic, participant }: SentSpan, began: number, ended: number): Span {
  return {
    service: participant, name: type, kind: SpanKind.PRODUCER, own: contextOf(traceparent) ?? newTrace(), parent: contextOf(cause), began, ended,
    attributes: { 'messaging.system': 'kafka', 'messaging.operation.type': 'send', 'messaging.destination.name': topic, 'order_mesh.order_id': key },
  };
}

interface Span {
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly own: SpanContext;
  readonly parent?: SpanContext | undefined;
  readonly began: number;
  readonly ended: number;
  readonly links?: readonly string[];
  readonly attributes: Attributes;
  readonly isFailed?: boolean;
}

function readable({ service, name, kind, own, parent, began, ended, links = [], attributes, isFailed = false }: Span): ReadableSpan {
  return {
    name, kind, attributes, spanContext: () => own, ...(parent && { parentSpanContext: parent }),
    startTime: hrTime(began), endTime: hrTime(ended), duration: hrTime(ended - began), ended: true,
    status: { code: isFailed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    links: links.flatMap((one): readonly Link[] => { const context = contextOf(one); return context ? [{ context }] : []; }),
    events: [], resource: resourceOf(service), instrumentationScope: SCOPE, droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0,
  };
}

const resources = new Map<string, Resource>();

/** Services of one process are services of their own to whoever looks. */
function resourceOf(service: string): Resource {
  const known = resources.get(service) ?? resourceFromAttributes({ 'service.name': service, 'service.namespace': 'order-mesh' });
  resources.set(service, known);
  return known;
}

/** W3C Trace Context, level 1. */
const TRACEPARENT = /^00-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-[0-9a-f]{2}$/;

function contextOf(traceparent: string | undefined): SpanContext | undefined {
  const { traceId, spanId } = TRACEPARENT.exec(traceparent ?? '')?.groups ?? {};
  return traceId === undefined || spanId === undefined ? undefined : { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
}

const newTrace = (): SpanContext => ({ traceId: randomHex(16), spanId: randomHex(8), traceFlags: TraceFlags.SAMPLED });

const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex');

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1_000_000)];
}
