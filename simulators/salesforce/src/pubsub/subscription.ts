import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { FaultRule, Faults } from '@order-mesh/simulator';
import { eventSchema, topics } from '../events/avro.ts';
import type { ChangeEvent, ChangeLog, Channel } from '../events/log.ts';
import { replayId, sequenceOf } from '../events/replay-id.ts';
import { rpcFault, rpcProblems, type ConsumerEvent, type FetchRequest, type FetchResponse, type RpcProblem } from './protocol.ts';

export interface SubscriptionOptions {
  readonly log: ChangeLog;
  readonly faults: Faults;
  readonly rpcId: string;
  /** Whether the caller's session still lives; asked at every fetch. */
  readonly isSignedIn: () => boolean;
  readonly keepAliveMs: number;
}

type Stream = ServerDuplexStream<FetchRequest, FetchResponse>;
const MOST_AT_ONCE = 100;

/** Serves one Subscribe stream: events only as far as they were asked for, in order, with a keepalive while nothing happens. */
export function serveSubscription(stream: Stream, options: SubscriptionOptions): void {
  const subscription = new Subscription(stream, options);
  stream.on('data', (request: FetchRequest) => subscription.fetch(request));
  stream.on('end', () => subscription.end());
  stream.on('cancelled', () => subscription.end());
  stream.on('error', () => subscription.end());
}

class Subscription {
  private readonly stream: Stream;
  private readonly options: SubscriptionOptions;
  private readonly stopWatching: () => void;
  private readonly keepAlive: NodeJS.Timeout;
  private source: { readonly topic: string; readonly channel: Channel } | undefined;
  private cursor = 0;
  private wanted = 0;
  private isSending = false;
  private hasNews = false;
  private isOver = false;

  constructor(stream: Stream, options: SubscriptionOptions) {
    this.stream = stream;
    this.options = options;
    this.stopWatching = options.log.watch(() => void this.send());
    this.keepAlive = setInterval(() => this.sayAlive(), options.keepAliveMs);
  }

  fetch(request: FetchRequest): void {
    const refusal = this.accept(request);
    if (refusal) return void this.fail(refusal);
    this.wanted += request.numRequested;
    void this.send();
  }

  end(): void {
    if (!this.isOver) this.stream.end();
    this.stop();
  }

  private accept(request: FetchRequest): RpcProblem | undefined {
    const { rpcId, isSignedIn } = this.options;
    if (!isSignedIn()) return rpcProblems.authError(rpcId);
    if (request.numRequested < 1 || request.numRequested > MOST_AT_ONCE) return rpcProblems.invalidCount(rpcId);
    if (!this.source) return this.begin(request);
    return request.topicName && request.topicName !== this.source.topic ? rpcProblems.otherTopic(rpcId) : undefined;
  }

  private begin({ topicName, replayPreset, replayId: from }: FetchRequest): RpcProblem | undefined {
    const { log, rpcId } = this.options;
    const channel = topics.get(topicName);
    if (!channel) return rpcProblems.unknownTopic(topicName, rpcId);
    const start = startingPoint({ replayPreset, replayId: from }, log);
    if (start === 'corrupted') return rpcProblems.corruptedReplayId(rpcId);
    if (start === 'gone') return rpcProblems.invalidReplayId(rpcId);
    this.cursor = start;
    this.source = { topic: topicName, channel };
    return undefined;
  }

  private async send(): Promise<void> {
    this.hasNews = true;
    if (this.isSending || this.isOver || !this.source) return;
    this.isSending = true;
    // News that arrive between the last look and the end of sending must not wait for the next
    while (this.hasNews && !this.isOver) {
      this.hasNews = false;
      if (await this.sendBatch(this.source)) this.hasNews = true;
    }
    this.isSending = false;
  }

  private async sendBatch({ topic, channel }: { readonly topic: string; readonly channel: Channel }): Promise<boolean> {
    const { log, faults, rpcId } = this.options;
    const events = log.after(channel, this.cursor, Math.min(this.wanted, MOST_AT_ONCE));
    const last = events.at(-1);
    if (!last) return false;
    const fault = faults.take(`gRPC Fetch ${topic}`);
    if (fault?.delayMs) await wait(fault.delayMs);
    if (fault?.dropBeforeCommit || fault?.status) return this.fail(rpcFault(fault, rpcId));
    this.wanted -= events.length;
    this.cursor = last.sequence;
    const isRoomy = this.write(events.map((event) => consumerEvent(event, fault)));
    if (fault?.dropAfterCommit) return this.fail(rpcProblems.unavailable(rpcId));
    if (!isRoomy) await new Promise((resolve) => this.stream.once('drain', resolve).once('cancelled', resolve));
    return true;
  }

  private write(events: readonly ConsumerEvent[]): boolean {
    return !this.isOver && this.stream.write({ events, latestReplayId: replayId(this.cursor), rpcId: this.options.rpcId, pendingNumRequested: this.wanted });
  }

  // The id of a keepalive may move on only while nothing waits to be fetched
  private sayAlive(): void {
    if (!this.source || this.isSending) return;
    const { log } = this.options;
    if (log.after(this.source.channel, this.cursor, 1).length === 0) this.cursor = log.latest();
    this.write([]);
  }

  private fail(problem: RpcProblem): false {
    if (!this.isOver) this.stream.emit('error', problem);
    this.stop();
    return false;
  }

  private stop(): void {
    this.isOver = true;
    this.stopWatching();
    clearInterval(this.keepAlive);
  }
}

function startingPoint({ replayPreset, replayId: from }: Pick<FetchRequest, 'replayPreset' | 'replayId'>, log: ChangeLog): number | 'corrupted' | 'gone' {
  if (replayPreset === 'LATEST') return log.latest();
  if (replayPreset === 'EARLIEST') return log.forgotten();
  if (from.length === 0) return 'gone';
  const sequence = sequenceOf(from, log.latest());
  if (sequence === undefined) return 'corrupted';
  return sequence < log.forgotten() ? 'gone' : sequence;
}

function consumerEvent(event: ChangeEvent, fault: FaultRule | undefined): ConsumerEvent {
  const schema = eventSchema(event.sobject);
  const payload = schema.encode(event);
  const id = createHash('sha1').update(`event ${event.sequence}`).digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  const sent = fault?.garbage || fault?.half ? payload.subarray(0, payload.length >> 1) : payload;
  return { event: { id, schemaId: schema.id, payload: sent, headers: [] }, replayId: replayId(event.sequence) };
}
