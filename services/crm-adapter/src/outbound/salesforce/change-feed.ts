import grpc, { type ServiceError } from '@grpc/grpc-js';
import type { Log } from '@order-mesh/platform';
import type { SalesforceConfig } from '../../config.ts';
import type { CrmChange } from '../../domain/change.ts';
import type { ChangeFeed, ChangeStream, Fed } from '../../usecases/ports.ts';
import { avroReader } from './avro.ts';
import { changeFrom } from './decode.ts';
import type { FetchResponse, PubSub, SubscribeCall } from './protocol.ts';
import type { Credentials, Session } from './session.ts';

export interface ChangeFeedOptions {
  readonly pubsub: PubSub;
  readonly session: Session;
  readonly config: Pick<SalesforceConfig, 'topic' | 'longestSilence'>;
  readonly log: Log;
}

/** Change events over the Pub/Sub API. Never more than 100 are asked for that were not taken in yet. */
export function salesforceChangeFeed({ pubsub, session, config: { topic, longestSilence }, log }: ChangeFeedOptions): ChangeFeed {
  const readers = schemaReaders(pubsub);
  return {
    async open(replayId, signal) {
      const credentials = await session.credentials();
      const call = pubsub.subscribe(credentials);
      const start = replayId === null ? { replayPreset: 'EARLIEST' as const } : { replayPreset: 'CUSTOM' as const, replayId };
      call.write({ topicName: topic, numRequested: MOST_ASKED, ...start });
      const onProblem = (error: ServiceError) => {
        if (isAboutSession(error)) session.drop(credentials.accessToken);
        return problemOf(error);
      };
      const decode = async (events: FetchResponse['events']) => {
        const changes: (CrmChange | 'unreadable')[] = [];
        for (const { event } of events) changes.push(await decoded(event, { readers, credentials, log }));
        return changes;
      };
      return new SalesforceChangeStream({ call, topic, longestSilence, signal, decode, onProblem });
    },
  };
}

const MOST_ASKED = 100;
const MOST_SCHEMAS = 50;
const LARGEST_EVENT_BYTES = 1024 * 1024;

interface StreamOptions {
  readonly call: SubscribeCall;
  readonly topic: string;
  readonly longestSilence: number;
  readonly signal: AbortSignal;
  readonly decode: (events: FetchResponse['events']) => Promise<readonly (CrmChange | 'unreadable')[]>;
  readonly onProblem: (error: ServiceError) => Fed;
}

class SalesforceChangeStream implements ChangeStream {
  readonly #options: StreamOptions;
  readonly #heard: (FetchResponse | Fed)[] = [];
  readonly #stop = () => this.close();
  #listener: (() => void) | undefined;
  #taken = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
    const { call, signal, onProblem } = options;
    call.on('data', (response: FetchResponse) => this.#hear(response));
    call.on('error', (error: ServiceError) => this.#hear(onProblem(error)));
    call.on('end', () => this.#hear({ type: 'ended', detail: 'Salesforce closed the stream' }));
    signal.addEventListener('abort', this.#stop, { once: true });
    if (signal.aborted) this.close();
  }

  async next(): Promise<Fed> {
    const { call, topic, decode } = this.#options;
    if (this.#taken > 0) call.write({ topicName: topic, numRequested: this.#taken });
    this.#taken = 0;
    const heard = await this.#wait();
    if ('type' in heard) return heard;
    const { events, latestReplayId } = heard;
    const changes = await decode(events);
    this.#taken = events.length;
    return { type: 'changes', changes, replayId: events.at(-1)?.replayId ?? latestReplayId };
  }

  close(): void {
    this.#options.signal.removeEventListener('abort', this.#stop);
    this.#options.call.cancel();
    this.#hear({ type: 'ended', detail: 'we closed the stream' });
  }

  async #wait(): Promise<FetchResponse | Fed> {
    if (this.#heard.length === 0) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#listener = resolve;
        timer = setTimeout(resolve, this.#options.longestSilence);
      });
      clearTimeout(timer);
    }
    return this.#heard.shift() ?? { type: 'ended', detail: `Salesforce said nothing for ${this.#options.longestSilence} ms` };
  }

  #hear(heard: FetchResponse | Fed): void {
    this.#heard.push(heard);
    this.#listener?.();
    this.#listener = undefined;
  }
}

type Reader = (message: Uint8Array) => unknown;
type Readers = (schemaId: string, credentials: Credentials) => Promise<Reader>;

function schemaReaders(pubsub: PubSub): Readers {
  const known = new Map<string, Reader>();
  return async (schemaId, credentials) => {
    const found = known.get(schemaId);
    if (found) return found;
    const reader = avroReader(await pubsub.schema(schemaId, credentials));
    if (known.size >= MOST_SCHEMAS) known.clear();
    known.set(schemaId, reader);
    return reader;
  };
}

interface Decoding {
  readonly readers: Readers;
  readonly credentials: Credentials;
  readonly log: Log;
}

// The schema not being there is an accident of the line and ends the stream; a message that does not fit it stays so for ever
async function decoded({ id, schemaId, payload }: FetchResponse['events'][number]['event'], { readers, credentials, log }: Decoding): Promise<CrmChange | 'unreadable'> {
  const read = await readers(schemaId, credentials);
  try {
    if (payload.length > LARGEST_EVENT_BYTES) throw new RangeError(`${payload.length} bytes; at most ${LARGEST_EVENT_BYTES} are read`);
    return changeFrom(read(payload));
  } catch (error) {
    log.error('a change event can not be read; orders are read instead', { eventId: id, schemaId, error });
    return 'unreadable';
  }
}

function problemOf(error: ServiceError): Fed {
  const errorCode = errorCodeOf(error);
  const detail = `${error.details || error.message} (${errorCode || grpc.status[error.code]})`;
  return errorCode.includes('.fetch.replayid.') ? { type: 'position-lost', detail } : { type: 'ended', detail };
}

function isAboutSession(error: ServiceError): boolean {
  return error.code === grpc.status.UNAUTHENTICATED || errorCodeOf(error).includes('.service.auth.');
}

function errorCodeOf({ metadata }: ServiceError): string {
  return String(metadata?.get('error-code')[0] ?? '');
}
