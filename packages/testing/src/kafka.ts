import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startKafka, type KafkaServer } from '@order-mesh/embedded';

/** A real Kafka for one test file, on a free port, in a folder of its own. */
export interface TestKafka {
  readonly brokers: string;
  /** Ends the broker as a power cut would; `start` brings it back on the same port with what it had. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTestKafka(): Promise<TestKafka> {
  const folder = await mkdtemp(join(tmpdir(), 'order-mesh-kafka-'));
  const port = await freePort();
  const dataDir = join(folder, 'data');
  let server: KafkaServer = await startKafka({ dataDir, port });
  return {
    brokers: server.brokers,
    kill: () => server.kill(),
    start: async () => { server = await startKafka({ dataDir, port }); },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
