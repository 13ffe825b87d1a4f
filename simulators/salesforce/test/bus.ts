import { fileURLToPath } from 'node:url';
import grpc, { type Client, type ClientDuplexStream, type Metadata, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import avro from 'avsc';
import type { Connection } from 'jsforce';
import type { Salesforce } from '../src/index.ts';

/** A bare Pub/Sub client made from the published proto, trusting the simulator's certificate and no other. */
export interface Bus {
  subscribe(request: object): Subscription;
  schema(schemaId: string): Promise<avro.Type>;
  topic(topicName: string): Promise<{ readonly schemaId: string; readonly canSubscribe: boolean }>;
  close(): void;
}

export interface Received {
  readonly event: { readonly id: string; readonly schemaId: string; readonly payload: Buffer };
  readonly replayId: Buffer;
}
interface Fetched {
  readonly events: readonly Received[];
  readonly latestReplayId: Buffer;
  readonly pendingNumRequested: number;
}

export interface Subscription {
  readonly fetched: Fetched[];
  events(): readonly Received[];
  /** Asks for more, or in the first request for anything. */
  fetch(request: object): void;
  failed(): Promise<ServiceError>;
  cancel(): void;
}

interface PubSubClient extends Client {
  Subscribe(metadata: Metadata): ClientDuplexStream<object, Fetched>;
  GetSchema(request: object, metadata: Metadata, done: (error: ServiceError | null, answer: { schemaJson: string }) => void): void;
  GetTopic(request: object, metadata: Metadata, done: (error: ServiceError | null, answer: { schemaId: string; canSubscribe: boolean }) => void): void;
}

export function openBus(world: Salesforce, { accessToken }: Pick<Connection, 'accessToken'>): Bus {
  const proto = loadSync(fileURLToPath(new URL('../proto/pubsub_api.proto', import.meta.url)), { enums: String, defaults: true });
  const packages: Record<string, unknown> = grpc.loadPackageDefinition(proto);
  const PubSub = (packages as { eventbus: { v1: { PubSub: new (endpoint: string, credentials: grpc.ChannelCredentials) => PubSubClient } } }).eventbus.v1.PubSub;
  const client = new PubSub(world.pubsubEndpoint, grpc.credentials.createSsl(Buffer.from(world.certificate)));
  const metadata = new grpc.Metadata();
  metadata.set('accesstoken', accessToken ?? '');
  metadata.set('instanceurl', world.url);
  metadata.set('tenantid', world.organisationId);
  return {
    subscribe: (request) => openSubscription(client.Subscribe(metadata), request),
    schema: (schemaId) => new Promise((resolve, reject) => {
      client.GetSchema({ schemaId }, metadata, (error, answer) => (error ? reject(error) : resolve(avro.Type.forSchema(JSON.parse(answer.schemaJson)))));
    }),
    topic: (topicName) => new Promise((resolve, reject) => {
      client.GetTopic({ topicName }, metadata, (error, answer) => (error ? reject(error) : resolve(answer)));
    }),
    close: () => client.close(),
  };
}

function openSubscription(stream: ClientDuplexStream<object, Fetched>, request: object): Subscription {
  const fetched: Fetched[] = [];
  const failure = new Promise<ServiceError>((resolve) => stream.on('error', resolve));
  stream.on('data', (answer: Fetched) => void fetched.push(answer));
  stream.write(request);
  return {
    fetched,
    events: () => fetched.flatMap(({ events }) => events),
    fetch: (next) => void stream.write(next),
    failed: () => failure,
    cancel: () => stream.cancel(),
  };
}

/** Waits until something holds; throws after ten seconds with what was expected. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
