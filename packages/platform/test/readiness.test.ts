import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contracts, type AnyMessage } from '@order-mesh/contracts';
import { freePort, startKafka, type KafkaServer } from '@order-mesh/embedded';
import { createBroker, createCodec, outgoing } from '@order-mesh/messaging';
import { startProxy, startTestDatabase, until, type Proxy, type TestDatabase } from '@order-mesh/testing';
import { bootServices, migrate, service, type RunningServices } from '../src/index.ts';
import { probeParticipant, probeService } from './probe-service.ts';

const FETCH = 1;

let kafka: KafkaServer;
let kafkaProxy: Proxy;
let kafkaPort: number;
let dataDir: string;
let postgres: TestDatabase;
let databaseProxy: Proxy;
/** Whoever asks Kafka for records hears nothing more. */
let isMute = false;
let env: Record<string, string>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'order-mesh-kafka-'));
  kafkaPort = await freePort();
  kafkaProxy = await startProxy({ target: kafkaPort, onData: (bytes, direction, connection) => {
    if (isMute && direction === 'up' && bytes.length > 6 && bytes.readInt16BE(4) === FETCH) connection.hold('down');
  } });
  [kafka, postgres] = await Promise.all([startBroker(), startTestDatabase()]);
  databaseProxy = await startProxy({ target: Number(new URL(postgres.url).port) });
  const databaseUrl = new URL(postgres.url);
  databaseUrl.port = String(databaseProxy.port);
  env = {
    KAFKA_BROKERS: `127.0.0.1:${kafkaProxy.port}`, KAFKA_PARTITIONS: '2', KAFKA_STALL_SECONDS: '2', DATABASE_URL: databaseUrl.toString(), DATABASE_STATEMENT_SECONDS: '1',
    DATABASE_MIGRATE: 'false', LOG_LEVEL: 'silent', ADMIN_PORT: String(await freePort()),
  };
}, 90_000);

afterAll(async () => {
  await Promise.all([databaseProxy?.stop(), kafkaProxy?.stop()]);
  await Promise.all([kafka?.stop(), postgres?.stop()]);
  await rm(dataDir, { recursive: true, force: true });
}, 60_000);

const startBroker = (): Promise<KafkaServer> => startKafka({ dataDir, port: kafkaPort, advertisedPort: kafkaProxy.port });

const probe = async (path: string): Promise<{ readonly status: number; readonly reason: string }> => {
  const response = await fetch(`http://127.0.0.1:${env['ADMIN_PORT']}/health/${path}`);
  const { reason = '' } = await response.json() as { readonly reason?: string };
  return { status: response.status, reason };
};
const ready = (): Promise<unknown> => until('readiness', async () => (await probe('ready')).status === 200);
const notReady = (why: RegExp): Promise<unknown> => until(`no readiness because of ${String(why)}`, async () => {
  const { status, reason } = await probe('ready');
  if (status === 503 && why.test(reason)) return true;
  throw new Error(`${status} ${reason}`);
});

const sets = [
  { schema: 'messaging', folder: new URL('../migrations/', import.meta.url), shared: true },
  { schema: 'probe', folder: probeService.migrations },
];

describe('a process', () => {
  it('is ready while it can do its work, says what stands in the way when it cannot, and lives all the while', async () => {
    const lives: number[] = [];
    const look = setInterval(() => { probe('live').then(({ status }) => lives.push(status), () => lives.push(0)); }, 200);
    const booting: Promise<RunningServices> = bootServices([service(probeService)], { env, groupId: 'probe', beside: [probeParticipant] });
    await notReady(/^migrations have not run: messaging\/0001.*, probe\/0001-probe\.sql; run them with DATABASE_MIGRATE=true/);
    await migrate(postgres.url, sets);
    const running = await booting;
    await ready();

    databaseProxy.set({ blackhole: 'both' });
    await notReady(/the database has not answered within 2 s/);
    databaseProxy.heal();
    await ready();

    await kafka.kill();
    await notReady(/the broker has not answered the consumer group probe for \d+ s|no member of the consumer group probe/);
    kafka = await startBroker();
    await ready();

    const stopping = running.stop();
    expect(await probe('ready')).toEqual({ status: 503, reason: 'stopping' });
    clearInterval(look);
    await stopping;
    expect(new Set(lives)).toEqual(new Set([200]));
  }, 120_000);

  it('waits with what it checks first for as long as the database is away', async () => {
    await migrate(postgres.url, sets);
    let asked = 0;
    const checking: typeof probeService = { ...probeService, module: (runtime) => {
      runtime.checkFirst(async () => {
        asked += 1;
        databaseProxy.set(asked === 1 ? { resetChance: 1 } : {});
        await runtime.database.query({ name: 'probe.check', text: 'select 1' });
      });
      return probeService.module(runtime);
    } };
    const running = await bootServices([service(checking)], { env, groupId: 'probe', beside: [probeParticipant] });
    expect(asked).toBe(2);
    await ready();
    await running.stop();
  }, 60_000);

  it('ends with a clear message when its consumer falls silent a second time', async () => {
    await migrate(postgres.url, sets);
    const child = spawn(process.execPath, [join(import.meta.dirname, 'probe-service.ts')], { env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => { said += String(chunk); });
    const ended = new Promise<number | null>((resolve) => { child.once('exit', (code) => { resolve(code); }); });
    await ready();
    isMute = true;
    const stopAsking = keepAsking();
    expect(await ended).toBe(75);
    await stopAsking();
    expect(said).toMatch(/^CONSUMER_STALLED: the consumer group probe fell silent 2 times within ten minutes although the broker is well \(last: .*\)\. A new consumer has not helped, so this process ends with code 75/);
  }, 60_000);
});

/** Sends from elsewhere what the service is to hear. */
function keepAsking(): () => Promise<void> {
  const broker = createBroker({ driver: 'platformatic', brokers: [`127.0.0.1:${kafkaPort}`], clientId: 'asker' });
  const message: AnyMessage = { type: 'CreditReleased', value: { orderId: 'O1' } };
  let stopped = false;
  const asking = (async () => {
    const producer = await broker.producer();
    while (!stopped) {
      await producer.publish([outgoing({ topic: contracts[message.type].topic, partition: 0, key: 'O1', value: createCodec().encode(message), headers: {} })]);
      await new Promise((resolve) => { setTimeout(resolve, 200); });
    }
  })();
  return async () => {
    stopped = true;
    await asking;
    await broker.close();
  };
}
