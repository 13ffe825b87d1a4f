import { randomUUID } from 'node:crypto';
import grpc, { type handleBidiStreamingCall, type handleUnaryCall, type Metadata, type Server } from '@grpc/grpc-js';
import { MeshError } from '@order-mesh/kernel';
import type { Faults, Identity } from '@order-mesh/simulator';
import { eventSchema, schemaWithId, topics } from '../events/avro.ts';
import type { ChangeLog } from '../events/log.ts';
import { ORGANISATION_ID } from '../seed.ts';
import type { Sessions } from '../sessions.ts';
import { pubsubService, rpcFault, rpcProblems, type FetchRequest, type FetchResponse } from './protocol.ts';
import { serveSubscription } from './subscription.ts';

export interface PubSubOptions {
  readonly log: ChangeLog;
  readonly sessions: Sessions;
  readonly faults: Faults;
  readonly identity: Identity;
  /** 0 takes any free port. */
  readonly port: number;
  /** The address of this machine to listen on; 127.0.0.1 if not named. */
  readonly address?: string | undefined;
  readonly keepAliveMs: number;
}

/** Starts the Pub/Sub API over TLS: GetTopic, GetSchema, Subscribe. Throws PORT_TAKEN when someone else listens there. */
export async function startPubSub(options: PubSubOptions): Promise<{ readonly port: number; close(): void }> {
  const server = new grpc.Server();
  const { Subscribe, GetTopic, GetSchema } = { Subscribe: subscribe(options), GetTopic: getTopic(options), GetSchema: getSchema(options) };
  server.addService(pubsubService(), { Subscribe, GetTopic, GetSchema });
  const port = await bind(server, options);
  return { port, close: () => server.forceShutdown() };
}

interface TopicInfo {
  readonly topicName: string;
  readonly tenantGuid: string;
  readonly canPublish: boolean;
  readonly canSubscribe: boolean;
  readonly schemaId: string;
  readonly rpcId: string;
}

function getTopic({ sessions, faults }: PubSubOptions): handleUnaryCall<{ readonly topicName: string }, TopicInfo> {
  return ({ metadata, request: { topicName } }, answer) => {
    const rpcId = randomUUID();
    if (!isSignedIn(metadata, sessions)) return answer(rpcProblems.authError(rpcId));
    const fault = faults.take(`gRPC GetTopic ${topicName}`);
    if (fault) return answer(rpcFault(fault, rpcId));
    const channel = topics.get(topicName);
    if (!channel) return answer(rpcProblems.unknownTopic(topicName, rpcId));
    const schemaId = channel === 'all' ? '' : eventSchema(channel).id;
    answer(null, { topicName, tenantGuid: ORGANISATION_ID, canPublish: false, canSubscribe: true, schemaId, rpcId });
  };
}

function getSchema({ sessions, faults }: PubSubOptions): handleUnaryCall<{ readonly schemaId: string }, { readonly schemaJson: string; readonly schemaId: string; readonly rpcId: string }> {
  return ({ metadata, request: { schemaId } }, answer) => {
    const rpcId = randomUUID();
    if (!isSignedIn(metadata, sessions)) return answer(rpcProblems.authError(rpcId));
    const fault = faults.take(`gRPC GetSchema ${schemaId}`);
    if (fault) return answer(rpcFault(fault, rpcId));
    const schema = schemaWithId(schemaId);
    if (!schema) return answer(rpcProblems.unknownSchema(rpcId));
    answer(null, { schemaJson: schema.json, schemaId, rpcId });
  };
}

function subscribe({ log, sessions, faults, keepAliveMs }: PubSubOptions): handleBidiStreamingCall<FetchRequest, FetchResponse> {
  return (stream) => {
    const rpcId = randomUUID();
    const fault = faults.take('gRPC Subscribe');
    if (fault) return void stream.emit('error', rpcFault(fault, rpcId));
    serveSubscription(stream, { log, faults, rpcId, keepAliveMs, isSignedIn: () => isSignedIn(stream.metadata, sessions) });
  };
}

function isSignedIn(metadata: Metadata, sessions: Sessions): boolean {
  const [token, tenant] = [metadata.get('accesstoken')[0], metadata.get('tenantid')[0]];
  const isOurs = tenant === ORGANISATION_ID || tenant === ORGANISATION_ID.slice(0, 15);
  return isOurs && metadata.get('instanceurl').length > 0 && sessions.find(String(token)) !== undefined;
}

function bind(server: Server, { port, address = '127.0.0.1', identity }: PubSubOptions): Promise<number> {
  const keys = [{ private_key: Buffer.from(identity.key), cert_chain: Buffer.from(identity.certificate) }];
  const credentials = grpc.ServerCredentials.createSsl(null, keys);
  return new Promise((resolve, reject) => {
    server.bindAsync(`${address}:${port}`, credentials, (error, bound) => {
      if (!error) return resolve(bound);
      reject(new MeshError('PORT_TAKEN', { cause: error, advice: `the Salesforce Pub/Sub simulator can't listen on port ${port} (${error.message}); set SALESFORCE_PUBSUB_PORT to a free port` }));
    });
  });
}
