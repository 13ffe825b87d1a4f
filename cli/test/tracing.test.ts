import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { loadSample } from '@order-mesh/simulator';
import { until } from '@order-mesh/testing';
import { signIn } from '../src/demo/sales-desk.ts';
import { knowsMasterData } from '../src/demo/warm-up.ts';
import { startMesh, type RunningMesh } from './running-mesh.ts';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

/** A span as OTLP has it in JSON, with the service it is of. */
interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly links?: readonly { readonly spanId: string }[];
  readonly attributes: readonly Attribute[];
  readonly service: string;
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly Omit<Span, 'service'>[] }[];
  }[];
}

const spans: Span[] = [];
let collector: Server;
let mesh: RunningMesh;

const textOf = (attributes: readonly Attribute[], name: string): string => attributes.find(({ key }) => key === name)?.value.stringValue ?? '';

function take(body: string): void {
  const { resourceSpans }: Export = JSON.parse(body);
  spans.push(...resourceSpans.flatMap(({ resource, scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, service: textOf(resource.attributes, 'service.name') })))));
}

beforeAll(async () => {
  collector = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      take(Buffer.concat(parts).toString());
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  mesh = await startMesh({ flags: ['--processes'], settings: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` } });
  await knowsMasterData(mesh.note().addresses, true);
}, 240_000);

afterAll(async () => {
  await mesh?.stop();
  collector?.close();
}, 60_000);

it('shows an order as one trace from the CRM to finance, over Kafka and through every partner', async () => {
  const sample = loadSample();
  const salesforce = await signIn(mesh.note().addresses.salesforce);
  const { id: orderId = '' } = await salesforce.sobject('Order').create({ Account: { AccountNumber: sample.orders[0]?.customerId }, Status: 'Draft', EffectiveDate: '2026-03-01' });
  const sku = sample.products.find(({ onHand }) => onHand > 100)?.sku;
  await salesforce.sobject('OrderItem').create({ OrderId: orderId, Product2: { ProductCode: sku }, Quantity: 1, UnitPrice: 2.5 });
  await salesforce.sobject('Order').update({ Id: orderId, Status: 'Activated' });
  expect(await mesh.ended(orderId, 60_000)).toMatchObject({ status: 'confirmed' });

  const ofOrder = () => spans.filter(({ attributes }) => textOf(attributes, 'order_mesh.order_id') === orderId);
  await until('the last span', async () => Promise.resolve(ofOrder().some(({ name }) => name === 'OrderRecorded')), 20_000);
  const own = ofOrder();
  expect(new Set(own.map(({ traceId }) => traceId)).size).toBe(1);
  // what a callback of the signing provider sets going has no cause but the order
  const begins = own.filter(({ parentSpanId }) => !own.some(({ spanId }) => spanId === parentSpanId)).map(({ name, service }) => `${service} ${name}`);
  expect([...new Set(begins)].sort()).toEqual(['contract ContractSigned', 'contract esign read-status', 'crm-adapter OrderPlaced']);
  const told = own.map(({ name, service }) => `${service} ${name}`);
  for (const one of ['pricing OrderPriced', 'credit CreditHeld', 'inventory StockLocked', 'contract esign draft', 'contract ContractSigned', 'logistics carrier book', 'erp-adapter u8 book', 'order-orchestrator OrderConfirmed']) expect(told).toContain(one);
  // a batch has many orders: it links to what it took
  const linked = new Set(spans.filter(({ name }) => name === 'batch').flatMap(({ links = [] }) => links.map(({ spanId }) => spanId)));
  expect(linked.has(own.find(({ name }) => name === 'HoldCredit')?.spanId ?? '')).toBe(true);
}, 120_000);
