import { fileURLToPath } from 'node:url';
import grpc, { type Client, type ClientDuplexStream, type Metadata, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { MeshError } from '@order-mesh/kernel';
import type { SalesforceConfig } from '../../config.ts';
import type { Credentials } from './session.ts';

export interface FetchRequest {
  readonly topicName: string;
  readonly numRequested: number;
  readonly replayPreset?: 'EARLIEST' | 'CUSTOM';
  readonly replayId?: Uint8Array;
}

export interface FetchResponse {
  readonly events: readonly { readonly event: { readonly id: string; readonly schemaId: string; readonly payload: Buffer }; readonly replayId: Buffer }[];
  readonly latestReplayId: Buffer;
}

export type SubscribeCall = ClientDuplexStream<FetchRequest, FetchResponse>;

/** The part of the Pub/Sub API we use. */
export interface PubSub {
  subscribe(credentials: Credentials): SubscribeCall;
  schema(schemaId: string, credentials: Credentials): Promise<string>;
  close(): void;
}

interface PubSubClient extends Client {
  Subscribe(metadata: Metadata): SubscribeCall;
  GetSchema(request: { schemaId: string }, metadata: Metadata, options: { deadline: number }, done: (error: ServiceError | null, answer?: { schemaJson: string }) => void): void;
}

type PubSubConstructor = new (endpoint: string, credentials: grpc.ChannelCredentials, options: grpc.ChannelOptions) => PubSubClient;

/** Opens a channel to the Pub/Sub API over TLS; it connects when first used. */
export function openPubSub({ pubsub, certificateAuthority, insecureTls, timeout }: SalesforceConfig): PubSub {
  const roots = certificateAuthority === '' ? null : Buffer.from(certificateAuthority);
  const tls = grpc.credentials.createSsl(roots, null, null, insecureTls ? { rejectUnauthorized: false, checkServerIdentity: () => undefined } : {});
  const Constructor = pubSubConstructor();
  const client = new Constructor(pubsub, tls, CHANNEL);
  return {
    subscribe: (credentials) => client.Subscribe(metadataOf(credentials)),
    schema: (schemaId, credentials) => new Promise((resolve, reject) => {
      client.GetSchema({ schemaId }, metadataOf(credentials), { deadline: Date.now() + timeout }, (error, answer) => {
        if (answer) resolve(answer.schemaJson);
        else reject(error ?? new MeshError('PARTNER_BROKEN', { advice: `Salesforce gave no schema ${schemaId}` }));
      });
    }),
    close: () => client.close(),
  };
}

const CHANNEL: grpc.ChannelOptions = {
  'grpc.keepalive_time_ms': 60_000,
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 10_000,
  'grpc.max_receive_message_length': 8 * 1024 * 1024,
};

function metadataOf({ accessToken, instanceUrl, tenantId }: Credentials): Metadata {
  const metadata = new grpc.Metadata();
  metadata.set('accesstoken', accessToken);
  metadata.set('instanceurl', instanceUrl);
  metadata.set('tenantid', tenantId);
  return metadata;
}

// The same path holds from src/ and from dist/
function pubSubConstructor(): PubSubConstructor {
  const proto = loadSync(fileURLToPath(new URL('../../../proto/pubsub_api.proto', import.meta.url)), { enums: String, longs: String, defaults: true });
  const found: { readonly eventbus?: unknown } = grpc.loadPackageDefinition(proto);
  // What the published proto defines; its types are those above
  return (found as { readonly eventbus: { readonly v1: { readonly PubSub: PubSubConstructor } } }).eventbus.v1.PubSub;
}
