import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { tracingTo } from './otlp.ts';

const TRACE = 'a'.repeat(32);
const context = (span: string): string => `00-${TRACE}-${span.repeat(16)}-01`;

async function spansOf(work: (tracing: ReturnType<typeof tracingTo>) => void) {
  const exporter = new InMemorySpanExporter();
  const kept: ReturnType<InMemorySpanExporter['getFinishedSpans']> = [];
  const tracing = tracingTo({ export: (spans, done) => { kept.push(...spans); exporter.export(spans, done); }, shutdown: () => exporter.shutdown() }, 'mesh');
  work(tracing);
  await tracing.stop();
  return kept.map(({ name, kind, spanContext, parentSpanContext, resource, startTime, duration, links, status, attributes }) => ({
    name, kind, trace: spanContext().traceId, own: spanContext().spanId, parent: parentSpanContext?.spanId, service: resource.attributes['service.name'], startTime, duration,
    links: links.map(({ context: { spanId } }) => spanId), status: status.code, attributes,
  }));
}

const sent = { type: 'CreditHeld', key: 'O1', topic: 'credit.events.v1', participant: 'credit' };

it('makes a span of each message, below the message that caused it, and of the batch one that links to what it took', async () => {
  const spans = await spansOf((tracing) => {
    tracing.batch({ began: 1_000.25, ended: 1_004.75, took: [context('1')], sent: [{ ...sent, traceparent: context('2'), cause: context('1') }] });
  });
  expect(spans).toMatchObject([
    { name: 'CreditHeld', kind: SpanKind.PRODUCER, service: 'credit', trace: TRACE, own: '2'.repeat(16), parent: '1'.repeat(16), startTime: [1, 250_000], duration: [0, 4_500_000], attributes: { 'order_mesh.order_id': 'O1' } },
    { name: 'batch', kind: SpanKind.CONSUMER, service: 'mesh', parent: undefined, links: ['1'.repeat(16)], attributes: { 'messaging.batch.message_count': 1 } },
  ]);
  expect(spans[1]?.trace).not.toBe(TRACE);
});

it('begins a trace where nothing caused the message, and takes a trace context that is none for that', async () => {
  const spans = await spansOf((tracing) => {
    tracing.batch({ began: 0, ended: 1, took: ['00-rubbish'], sent: [{ ...sent, traceparent: context('2'), cause: undefined }, { ...sent, traceparent: context('3'), cause: 'rubbish' }] });
  });
  expect(spans.map(({ parent, links }) => [parent, links])).toEqual([[undefined, []], [undefined, []], [undefined, []]]);
});

it('makes a span of a call to a partner, failed when nothing was heard', async () => {
  const call = { service: 'erp-adapter', system: 'u8', operation: 'book', orderId: 'O1', cause: context('4'), began: 2_000, ended: 2_100 };
  const spans = await spansOf((tracing) => {
    tracing.call({ ...call, result: 'answered' });
    tracing.call({ ...call, cause: undefined, result: 'unknown' });
  });
  expect(spans).toMatchObject([
    { name: 'u8 book', kind: SpanKind.CLIENT, service: 'erp-adapter', trace: TRACE, parent: '4'.repeat(16), duration: [0, 100_000_000], status: SpanStatusCode.UNSET },
    { name: 'u8 book', parent: undefined, status: SpanStatusCode.ERROR },
  ]);
});
