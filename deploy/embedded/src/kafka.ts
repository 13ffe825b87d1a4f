import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../lock.mjs';
import { findJava } from './java.ts';
import { archivePath, archiveState, trainArchive } from './kafka-archive.ts';
import { startBroker } from './kafka-broker.ts';
import type { BrokerPlace, KafkaRuntime, SecuredListener } from './kafka-broker.ts';
import { kafkaJars } from './kafka-jars.ts';
import { silent } from './log.ts';
import type { Log } from './log.ts';
import { endOrphan } from './orphans.ts';
import { assertPortFree, freePort } from './ports.ts';
import type { ServerProcess } from './server-process.ts';

export interface KafkaOptions {
  /** A folder for this broker alone; one that holds data already is used again. */
  readonly dataDir: string;
  readonly port: number;
  /** 22 characters of base64; by default a random one. Counts only for a new folder. */
  readonly clusterId?: string;
  /** The port that clients are told to come to, when a proxy stands before the broker. */
  readonly advertisedPort?: number;
  /** Clients have to log in (SCRAM-SHA-512); encrypted (SASL_SSL) where there is a certificate. */
  readonly secured?: SecuredListener;
  readonly log?: Log;
}

export interface KafkaServer extends ServerProcess {
  /** `127.0.0.1:port`, for a client's list of brokers. */
  readonly brokers: string;
  /** Where `admin` comes in by PLAIN, also before anybody else can; undefined where logins are not asked for at every listener. */
  readonly innerBrokers?: string;
}

interface Prepared {
  readonly runtime: KafkaRuntime;
  readonly archive: string;
  readonly needsTraining: boolean;
}

/**
 * Starts Apache Kafka 4.3.1 as one KRaft node on 127.0.0.1; it takes clients on return.
 * It ends with the process that started it, however that ends (Linux; elsewhere the next start on the folder ends it).
 * @throws PORT_TAKEN, MISSING_TOOL (no Java, no jars), BAD_CONFIG (folder in use), BROKER_UNREACHABLE (with the end of its log).
 */
export async function startKafka(options: KafkaOptions): Promise<KafkaServer> {
  const { dataDir, port, log = silent } = options;
  await mkdir(dataDir, { recursive: true });
  const place = await placeOf(options);
  const server = await withLock(join(dataDir, 'start.lock'), async () => {
    await endOrphan({ name: 'Kafka', dir: dataDir, stopSignal: 'TERM' }, log);
    await assertPortFree(port, 'Kafka', 'KAFKA_PORT');
    const prepared = await prepare(log);
    const broker = await startBroker(prepared.runtime, place);
    return withTraining(broker, prepared, log);
  });
  return { ...server, brokers: `127.0.0.1:${port}`, ...(place.secured?.adminPassword !== undefined && { innerBrokers: `127.0.0.1:${place.secured.innerPort}` }) };
}

/** Fetches and prepares everything a broker needs, so that later starts are quick: Java, jars, class archive. */
export async function prepareKafka(log: Log = silent): Promise<void> {
  const { runtime, archive, needsTraining } = await prepare(log);
  if (!needsTraining) return;
  log('preparing Kafka\'s classes for quicker starts (once)');
  await trainArchive(archive, runtime, { signal: new AbortController().signal, ifBusy: 'wait' });
}

async function prepare(log: Log): Promise<Prepared> {
  const java = await findJava(log);
  const jars = await kafkaJars(log);
  const archive = archivePath(java, jars);
  const runtime = { java: [java.path], classPath: jars.classPath };
  const state = await archiveState(archive);
  return { archive, needsTraining: state === 'missing', runtime: state === 'ready' ? { ...runtime, archive } : runtime };
}

async function placeOf({ dataDir, port, clusterId, advertisedPort, secured }: KafkaOptions): Promise<BrokerPlace> {
  return {
    dir: dataDir,
    port,
    advertisedPort: advertisedPort ?? port,
    controllerPort: await freePort(),
    clusterId: clusterId ?? newClusterId(),
    ...(secured && { secured: { ...secured, innerPort: await freePort() } }),
  };
}

function newClusterId(): string {
  const bytes = randomBytes(16);
  // with the top bit clear the id cannot begin with a dash, which Kafka's tools would take for an option
  bytes.writeUInt8(bytes.readUInt8() & 0x7f);
  return bytes.toString('base64url');
}

/** Makes the archive for the next start beside the running broker; stopping the broker gives that up. */
function withTraining(broker: ServerProcess, { runtime, archive, needsTraining }: Prepared, log: Log): ServerProcess {
  if (!needsTraining) return broker;
  const abort = new AbortController();
  const training = trainArchive(archive, runtime, { signal: abort.signal, ifBusy: 'leave' })
    .catch((error: unknown) => { if (!abort.signal.aborted) log(`Kafka's next start will be as slow as this one: ${String(error)}`); });
  const giveUp = async (end: () => Promise<void>): Promise<void> => {
    abort.abort();
    await Promise.all([end(), training]);
  };
  return { ...broker, stop: () => giveUp(broker.stop), kill: () => giveUp(broker.kill) };
}
