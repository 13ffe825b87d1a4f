import { randomUUID } from 'node:crypto';
import { contracts, keyOf, topics, type AnyMessage } from '@order-mesh/contracts';
import { freePort } from '@order-mesh/embedded';
import { systemClock } from '@order-mesh/kernel';
import { createBroker, createCodec, defaultLimits, outgoing, partitionFor, Processor, type Broker, type Received } from '@order-mesh/messaging';
import { bootServices, pgMessageStore, service, type Database, type RunningServices } from '@order-mesh/platform';
import { openIssuer, startTestDatabase, startTestKafka, type TestDatabase, type TestIssuer, type TestKafka } from '@order-mesh/testing';
import { gatewayService } from '../src/module.ts';

const PARTITIONS = 3;
const EVERY_ROLE = ['sales_director', 'finance', 'ops'];

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, read as JSON; undefined for anything else. */
  readonly body: Parsed;
}

/** Whatever JSON.parse gives: a test looks into it as it likes. */
export type Parsed = ReturnType<typeof JSON.parse>;

/** A gateway alone in its process, on a real Kafka and a real PostgreSQL, with somebody who listens to what it sends. */
export interface FrontDoor {
  readonly url: string;
  readonly kafka: TestKafka;
  readonly postgres: TestDatabase;
  readonly database: Database;
  readonly heard: Received[];
  /** Whose tokens the gateway takes. */
  readonly issuer: TestIssuer;
  /** Asks with this token; null with none. */
  ask(method: 'GET' | 'POST', path: string, token: string | null, body?: unknown): Promise<Answer>;
  /** As somebody with every role, who is whoever the body names; so does `post`. */
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Puts messages on their topics, as another service would. */
  publish(...messages: readonly (AnyMessage & { readonly id?: string; readonly at?: number })[]): Promise<void>;
  /** Puts bytes of whatever kind on a topic. */
  publishRaw(record: RawRecord): Promise<void>;
  stop(): Promise<void>;
}

export interface RawRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `settings` are added to its environment. */
export async function openFrontDoor(settings: Readonly<Record<string, string>> = {}): Promise<FrontDoor> {
  const [kafka, postgres, port] = await Promise.all([startTestKafka(), startTestDatabase(), freePort()]);
  try {
    return await openAt({ port, kafka, postgres, settings });
  } catch (error) {
    await Promise.all([kafka.stop(), postgres.stop()]);
    throw error;
  }
}

interface Place {
  readonly port: number;
  readonly kafka: TestKafka;
  readonly postgres: TestDatabase;
  readonly settings: Readonly<Record<string, string>>;
}

async function openAt({ port, kafka, postgres, settings }: Place): Promise<FrontDoor> {
  const issuer = await openIssuer();
  const env = {
    KAFKA_BROKERS: kafka.brokers, KAFKA_PARTITIONS: String(PARTITIONS), DATABASE_URL: postgres.url, ADMIN_PORT: '0',
    ...issuer.env, LOG_LEVEL: 'silent', GATEWAY_HTTP_PORT: String(port), GATEWAY_ANSWER_SECONDS: '5', GATEWAY_WRONG_SIGN_INS_PER_MINUTE: '100000', ...settings,
  };
  const gateway: RunningServices = await bootServices([service(gatewayService)], { env, groupId: 'gateway' });
  const broker = createBroker({ driver: 'platformatic', brokers: [kafka.brokers], clientId: 'test' });
  const heard: Received[] = [];
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = (name: string): Promise<string> => {
    const token = tokens.get(name) ?? issuer.signedIn(EVERY_ROLE, { name });
    tokens.set(name, token);
    return token;
  };
  const listener = await listenTo(broker, postgres, heard);
  const url = `http://127.0.0.1:${port}`;
  return {
    url, kafka, postgres, database: postgres.open(), heard,
    issuer,
    ask: (method, path, token, body) => ask(`${url}${path}`, {
      method, headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...(method === 'POST' && { 'content-type': 'application/json', 'idempotency-key': randomUUID() }) }, ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
    }),
    get: async (path) => ask(`${url}${path}`, { headers: { authorization: `Bearer ${await tokenOf(USUAL_PERSON)}` } }),
    post: async (path, body, headers = {}) => ask(`${url}${path}`, {
      method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'content-type': 'application/json', authorization: `Bearer ${await tokenOf(signerIn(body))}`, ...headers },
    }),
    publish: (...messages) => publish(broker, messages),
    publishRaw: async ({ topic, key, value, headers = {} }) => {
      const producer = await broker.producer();
      await producer.publish([outgoing({ topic, partition: partitionFor(key, PARTITIONS), key, value, headers })]);
      await producer.close();
    },
    async stop() {
      await gateway.stop();
      await listener.stop();
      await broker.close();
      await Promise.all([kafka.stop(), postgres.stop()]);
    },
  };
}

const USUAL_PERSON = '李娜';
const SIGNERS = ['decidedBy', 'requestedBy', 'assignedBy', 'editedBy', 'replayedBy', 'droppedBy', 'pausedBy', 'resumedBy', 'author', 'by', 'placedBy'];

/** Whom a body names as its author, where it names one that could be. */
function signerIn(body: unknown): string {
  const fields = typeof body === 'object' && body !== null ? new Map<string, unknown>(Object.entries(body)) : new Map<string, unknown>();
  const [name = USUAL_PERSON] = SIGNERS.map((field) => fields.get(field)).filter((value) => typeof value === 'string' && value !== '');
  return String(name);
}

async function listenTo(broker: Broker, postgres: TestDatabase, heard: Received[]): Promise<Processor> {
  const listener = new Processor({
    participants: [{ name: 'listener', projection: false, subscriptions: [{ topics: [topics.crmEvents, topics.approvalsCommands, topics.orderCommands, topics.reconciliationCommands, topics.importsCommands, topics.delegationsCommands, topics.rulesCommands, topics.privacyEvents], handle: async (batch, unit) => { unit.afterCommit(() => { heard.push(...batch); }); } }] }],
    broker, groupId: 'listener', inPlace: false, codec: createCodec(), store: pgMessageStore(postgres.open()), clock: systemClock,
    watcher: { batch: () => {}, assigned: () => {}, trouble: () => {} }, limits: defaultLimits, partitions: PARTITIONS,
  });
  await listener.start();
  return listener;
}

async function publish(broker: Broker, messages: readonly (AnyMessage & { readonly id?: string; readonly at?: number })[]): Promise<void> {
  const producer = await broker.producer();
  const codec = createCodec();
  await producer.publish(messages.map((message) => {
    const key = keyOf(message);
    const headers: Record<string, string> = {};
    if (message.id) headers['ce_id'] = message.id;
    if (message.at !== undefined) headers['ce_time'] = new Date(message.at).toISOString();
    return outgoing({ topic: contracts[message.type].topic, partition: partitionFor(key, PARTITIONS), key, value: codec.encode(message), headers });
  }));
  await producer.close();
}

async function ask(url: string, options: RequestInit): Promise<Answer> {
  const response = await fetch(url, options);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : undefined };
}


