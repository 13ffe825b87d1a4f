import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MeshError } from '@order-mesh/kernel';
import { run } from '../processes.mjs';
import { exists } from './files.ts';
import { startServer } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

/** What a broker is run with; `archive` is a file of prepared classes that halves the start, where there is one yet. */
export interface KafkaRuntime {
  /** Java, with whatever goes before it on the command line. */
  readonly java: readonly string[];
  readonly classPath: string;
  readonly archive?: string;
}

export interface BrokerPlace {
  readonly dir: string;
  readonly port: number;
  readonly controllerPort: number;
  readonly advertisedPort: number;
  readonly clusterId: string;
  /** `innerPort` is where the broker itself goes. */
  readonly secured?: SecuredListener & { readonly innerPort: number };
}

/** Who may log in with which password; users count only for a new folder. With a key and its certificate, both PEM, clients come encrypted. */
export interface SecuredListener {
  readonly key?: string;
  readonly certificate?: string;
  readonly users: Readonly<Record<string, string>>;
  /** The password of `admin`: then nobody else may do anything that was not granted, and nobody may come without a login, at no listener. */
  readonly adminPassword?: string;
}

export interface BrokerOptions {
  readonly flags?: readonly string[];
  readonly stopSeconds?: number;
  /** Aborting kills the broker, ready or not. */
  readonly signal?: AbortSignal;
}

const JVM_FLAGS = ['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'];
const LOGGING = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info'];

/** Formats the folder's storage unless that was done before, and starts the broker on it; it is ready on return. Topics are kept, consumer groups begin anew. */
export async function startBroker(runtime: KafkaRuntime, place: BrokerPlace, { flags = [], stopSeconds = 10, signal }: BrokerOptions = {}): Promise<ServerProcess> {
  await mkdir(place.dir, { recursive: true });
  const settings = join(place.dir, 'server.properties');
  // it may hold a password
  await writeFile(settings, `${brokerSettings(place)}${await securitySettings(place)}`, { mode: 0o600 });
  await chmod(settings, 0o600);
  await formatOnce(runtime, place, settings);
  await forgetGroups(join(place.dir, 'data'));
  return startServer({
    name: 'Kafka',
    dir: place.dir,
    command: javaCommand(runtime, [...flags, 'kafka.Kafka', settings]),
    stopSignal: 'TERM',
    stopSeconds,
    signal,
    readyMark: 'Kafka Server started',
    failure: 'BROKER_UNREACHABLE',
  });
}

async function formatOnce(runtime: KafkaRuntime, { dir, clusterId, secured }: BrokerPlace, settings: string): Promise<void> {
  if (await exists(join(dir, 'data', 'meta.properties'))) return;
  const users = Object.entries({ ...secured?.users, ...(secured?.adminPassword !== undefined && { [ADMIN]: secured.adminPassword }) });
  const format = ['kafka.tools.StorageTool', 'format', '--cluster-id', clusterId, '--config', settings, '--standalone', ...users.flatMap(([name, password]) => ['--add-scram', `SCRAM-SHA-512=[name=${name},password=${password}]`])];
  // a command line is there for everybody on the machine to read, a file of ours is not
  const words = join(dir, 'format.args');
  await writeFile(words, format.map((word) => `"${word.replaceAll('\\', '\\\\')}"\n`).join(''), { mode: 0o600 });
  try {
    const { code, output } = await run(javaCommand(runtime, [`@${words}`]), { stdio: 'collect' });
    if (code !== 0) throw new MeshError('BROKER_UNREACHABLE', { advice: `Kafka cannot prepare ${dir}:\n${output.trim()}` });
  } finally {
    await rm(words);
  }
}

/**
 * Members and epochs of consumer groups, which Kafka keeps in a topic, are of no use to a broker that starts: its clients join anew, and ours keep their positions in
 * PostgreSQL. Seen with 4.3.1, killed on a busy machine: a broker that had begun with them half loaded wrote what no later start could load ("Cannot set the epoch of
 * ... because the partition is still owned at epoch ..."), and no group ever worked again.
 */
async function forgetGroups(data: string): Promise<void> {
  const partitions = (await readdir(data)).filter((name) => name.startsWith('__consumer_offsets-'));
  await Promise.all(partitions.map((name) => rm(join(data, name), { recursive: true })));
}

function javaCommand({ java, classPath, archive }: KafkaRuntime, rest: readonly string[]): readonly string[] {
  const archived = archive === undefined ? [] : [`-XX:SharedArchiveFile=${archive}`];
  return [...java, ...JVM_FLAGS, ...LOGGING, ...archived, '-cp', classPath, ...rest];
}

/** The login of the broker itself, and of whoever may do everything. */
const ADMIN = 'admin';

/** What follows takes the place of what stands before it: Java's properties let the last one win. */
async function securitySettings({ dir, port, controllerPort, advertisedPort, secured }: BrokerPlace): Promise<string> {
  if (secured === undefined) return '';
  const { innerPort, adminPassword } = secured;
  const inner = adminPassword === undefined ? 'PLAINTEXT' : 'SASL_PLAINTEXT';
  const certificate = await certificateSettings(dir, secured);
  return `\
listeners=CLIENTS://127.0.0.1:${port},INNER://127.0.0.1:${innerPort},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=CLIENTS://127.0.0.1:${advertisedPort},INNER://127.0.0.1:${innerPort},CONTROLLER://127.0.0.1:${controllerPort}
listener.security.protocol.map=CLIENTS:${certificate === '' ? 'SASL_PLAINTEXT' : 'SASL_SSL'},CONTROLLER:${inner},INNER:${inner}
inter.broker.listener.name=INNER
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.clients.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
${certificate}${adminPassword === undefined ? '' : guardSettings(adminPassword)}`;
}

async function certificateSettings(dir: string, { key, certificate }: SecuredListener): Promise<string> {
  if (key === undefined || certificate === undefined) return '';
  const store = join(dir, 'listener.pem');
  await writeFile(store, `${key}${certificate}`, { mode: 0o600 });
  return `ssl.keystore.type=PEM\nssl.keystore.location=${store}\n`;
}

/** The broker logs in at itself by PLAIN, which needs nothing that only a running broker knows: so does whoever lets the first others in. */
function guardSettings(password: string): string {
  const login = `org.apache.kafka.common.security.plain.PlainLoginModule required username="${ADMIN}" password="${password}" user_${ADMIN}="${password}";`;
  return `\
sasl.mechanism.inter.broker.protocol=PLAIN
sasl.mechanism.controller.protocol=PLAIN
listener.name.inner.sasl.enabled.mechanisms=PLAIN
listener.name.inner.plain.sasl.jaas.config=${login}
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config=${login}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:${ADMIN}
allow.everyone.if.no.acl.found=false
`;
}

const brokerSettings = ({ dir, port, controllerPort, advertisedPort }: BrokerPlace): string => `\
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${advertisedPort},CONTROLLER://127.0.0.1:${controllerPort}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
controller.quorum.bootstrap.servers=127.0.0.1:${controllerPort}
log.dirs=${join(dir, 'data')}
# one node holds the only copy of everything
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
auto.create.topics.enable=false
log.cleaner.dedupe.buffer.size=8388608
# a killed consumer's partitions move on after 6 s, not 45 s
group.initial.rebalance.delay.ms=0
group.consumer.min.session.timeout.ms=6000
group.consumer.session.timeout.ms=6000
group.consumer.min.heartbeat.interval.ms=1000
group.consumer.heartbeat.interval.ms=1000
# a killed broker may return only when its registration has expired
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=1000
`;
