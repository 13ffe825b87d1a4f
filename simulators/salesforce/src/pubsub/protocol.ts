import { fileURLToPath } from 'node:url';
import grpc, { type Metadata } from '@grpc/grpc-js';
import { loadSync, type PackageDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import type { FaultRule } from '@order-mesh/simulator';

export interface FetchRequest {
  readonly topicName: string;
  readonly replayPreset: 'LATEST' | 'EARLIEST' | 'CUSTOM';
  readonly replayId: Buffer;
  readonly numRequested: number;
  readonly authRefresh: string;
}

export interface ConsumerEvent {
  readonly event: { readonly id: string; readonly schemaId: string; readonly payload: Buffer; readonly headers: readonly never[] };
  readonly replayId: Buffer;
}

export interface FetchResponse {
  readonly events: readonly ConsumerEvent[];
  readonly latestReplayId: Buffer;
  readonly rpcId: string;
  readonly pendingNumRequested: number;
}

/** A refusal in gRPC's words, with Salesforce's own code in the trailer `error-code`. */
export interface RpcProblem {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

const { INVALID_ARGUMENT, NOT_FOUND, RESOURCE_EXHAUSTED, UNAUTHENTICATED, UNAVAILABLE, UNIMPLEMENTED } = grpc.status;

export const rpcProblems = {
  authError: (rpcId: string) => make(UNAUTHENTICATED, 'service.auth.error', `Authentication exception occurred. rpcId: ${rpcId}`),
  corruptedReplayId: (rpcId: string) => make(INVALID_ARGUMENT, 'subscription.fetch.replayid.corrupted', `The Replay ID is corrupted or can't be decoded. rpcId: ${rpcId}`),
  invalidReplayId: (rpcId: string) => make(INVALID_ARGUMENT, 'subscription.fetch.replayid.validation.failed', `The Replay ID validation failed. Ensure that the Replay ID is valid. rpcId: ${rpcId}`),
  invalidCount: (rpcId: string) => make(INVALID_ARGUMENT, 'subscription.fetch.requested.events.invalid', `The number of requested events must be from 1 to 100. rpcId: ${rpcId}`),
  otherTopic: (rpcId: string) => make(INVALID_ARGUMENT, 'subscription.fetch.topic.mismatch', `The topic can't change within a subscription. rpcId: ${rpcId}`),
  unknownTopic: (topic: string, rpcId: string) => make(NOT_FOUND, 'topic.not.found', `The topic information for topic ${topic} not found. Ensure the topic name is correct and that the topic exists. rpcId: ${rpcId}`),
  unknownSchema: (rpcId: string) => make(INVALID_ARGUMENT, 'schema.validation.failed', `Schema validation failed. rpcId: ${rpcId}`),
  tooMany: (rpcId: string) => make(RESOURCE_EXHAUSTED, 'subscription.limit.exceeded', `You have exceeded the event delivery limit for your org. rpcId: ${rpcId}`),
  unavailable: (rpcId: string) => make(UNAVAILABLE, 'service.unavailable', `The service is temporarily unavailable. rpcId: ${rpcId}`),
  notSimulated: (method: string) => make(UNIMPLEMENTED, 'service.unimplemented', `${method} is not simulated`),
};

/** What a fault that was asked for looks like here: its HTTP status in gRPC's words. */
export function rpcFault({ status }: FaultRule, rpcId: string): RpcProblem {
  if (status === 401) return rpcProblems.authError(rpcId);
  return status === 429 ? rpcProblems.tooMany(rpcId) : rpcProblems.unavailable(rpcId);
}

function make(code: number, errorCode: string, details: string): RpcProblem {
  const metadata = new grpc.Metadata();
  metadata.set('error-code', `sfdc.platform.eventbus.grpc.${errorCode}`);
  return { code, details, metadata };
}

/** The published service, read from the copy in proto/ (the same path from src/ and from dist/). */
export function pubsubService(): ServiceDefinition {
  const path = fileURLToPath(new URL('../../proto/pubsub_api.proto', import.meta.url));
  const definition = loadSync(path, { enums: String, longs: String, defaults: true })['eventbus.v1.PubSub'];
  if (!definition || !isService(definition)) throw new Error(`no service eventbus.v1.PubSub in ${path}`);
  return definition;
}

function isService(definition: PackageDefinition[string]): definition is ServiceDefinition {
  return !('format' in definition);
}
