import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Admin, ConfigResourceTypes, IncrementalAlterConfigOperationTypes } from '@platformatic/kafka';
import { freePort, startKafka, type KafkaServer } from '@order-mesh/embedded';
import { createBroker, type Broker, type Consumer } from '../src/broker/index.ts';

const PARTITIONS = 6;
/** As a broker has it that nobody set up for us: longer than any test waits. */
const SESSION_MS = '45000';

let kafka: KafkaServer;
let dataDir: string;
let broker: Broker;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'predecessors-test-'));
  kafka = await startKafka({ dataDir, port: await freePort() });
  broker = createBroker({ driver: 'platformatic', brokers: [kafka.brokers], clientId: 'test' });
}, 120_000);

afterAll(async () => {
  await broker.close();
  await kafka.stop();
  await rm(dataDir, { recursive: true, force: true });
}, 30_000);

describe('a member that follows a killed one of its name', () => {
  it('has its partitions long before the broker misses the dead one', async () => {
    await group('dead');
    await killedMember('dead', 'one');
    const heir = await member('dead', 'one');
    await holds(heir, PARTITIONS);
  }, 60_000);

  it('leaves members of other names alone', async () => {
    await group('alive');
    const other = await member('alive', 'two');
    await holds(other, PARTITIONS);
    const heir = await member('alive', 'one');
    await holds(heir, PARTITIONS / 2);
    await holds(other, PARTITIONS / 2);
  }, 60_000);

  it('shares with a living one of its name, though there should be none', async () => {
    await group('twins');
    const twins = [await member('twins', 'one'), await member('twins', 'one')];
    for (const twin of twins) await holds(twin, PARTITIONS / 2);
    await pause(2_500);
    for (const twin of twins) await holds(twin, PARTITIONS / 2);
  }, 60_000);
});

async function group(name: string): Promise<void> {
  await broker.createTopics([{ name, partitions: PARTITIONS }]);
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [kafka.brokers] });
  const configs = [{ name: 'consumer.session.timeout.ms', configOperation: IncrementalAlterConfigOperationTypes.SET, value: SESSION_MS }];
  await admin.incrementalAlterConfigs({ resources: [{ resourceType: ConfigResourceTypes.GROUP, resourceName: name, configs }] });
  await admin.close();
}

const member = (name: string, instance: string): Promise<Consumer> => broker.consumer({ groupId: name, topics: [name], instance, maxRecords: 100 });

/** A process that joined, was given partitions, and ended without a farewell. */
async function killedMember(name: string, instance: string): Promise<void> {
  const script = join(import.meta.dirname, 'lost-member.ts');
  const child = spawn(process.execPath, ['--conditions=source', script, 'platformatic', kafka.brokers, name, name, instance], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function holds(consumer: Consumer, count: number): Promise<void> {
  for (const giveUpAt = Date.now() + 20_000; consumer.assigned().length !== count; await pause(20)) {
    if (Date.now() > giveUpAt) throw new Error(`it holds ${consumer.assigned().length} partitions after 20 s, not ${count}`);
  }
}
