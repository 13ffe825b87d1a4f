import { createHash } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../lock.mjs';
import { cacheDir, exists } from './files.ts';
import type { Java } from './java.ts';
import { startBroker } from './kafka-broker.ts';
import type { KafkaRuntime } from './kafka-broker.ts';
import type { KafkaJars } from './kafka-jars.ts';
import { freePort } from './ports.ts';
import type { ServerProcess } from './server-process.ts';

const TRAINING_STOP_SECONDS = 60;

/** Where the prepared classes of these jars on this Java belong; a Java refuses an archive made by another. */
export function archivePath(java: Java, jars: KafkaJars): string {
  const owner = createHash('sha256').update(`${java.path} ${java.version}`).digest('hex').slice(0, 8);
  return join(cacheDir(), `kafka-${jars.fingerprint}-${owner}.jsa`);
}

/** `impossible`: tried once, and this Java makes none (the file is empty then). */
export async function archiveState(path: string): Promise<'ready' | 'missing' | 'impossible'> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return 'missing';
  return found.size > 0 ? 'ready' : 'impossible';
}

/**
 * Makes the archive by running a throw-away broker at the lowest priority (10 s on an idle machine, 49 MB).
 * Aborting leaves nothing behind; a second trainer waits, or with `ifBusy: 'leave'` gives up at once.
 */
export async function trainArchive(path: string, runtime: KafkaRuntime, { signal, ifBusy }: TrainingOptions): Promise<void> {
  const onWait = (): void => {
    if (ifBusy === 'leave') throw new Error('another process makes the archive');
  };
  await withLock(`${path}.lock`, async () => {
    if (await exists(path)) return;
    const dir = `${path}.training`;
    await rm(dir, { recursive: true, force: true });
    try {
      const archive = join(dir, 'kafka.jsa');
      const server = await startTraining({ dir, archive, runtime, signal });
      await server.stop();
      if (signal.aborted) return;
      if (!(await exists(archive))) await writeFile(archive, '');
      await rename(archive, path);
    } finally {
      await rm(dir, { recursive: true, force: true, maxRetries: 5 });
    }
  }, { onWait });
}

export interface TrainingOptions {
  readonly signal: AbortSignal;
  readonly ifBusy: 'wait' | 'leave';
}

interface Training {
  readonly dir: string;
  readonly archive: string;
  readonly runtime: KafkaRuntime;
  readonly signal: AbortSignal;
}

async function startTraining({ dir, archive, runtime, signal }: Training): Promise<ServerProcess> {
  const [port, controllerPort] = [await freePort(), await freePort()];
  const place = { dir, port, controllerPort, advertisedPort: port, clusterId: 'order-mesh-training-00' };
  const inBackground = { ...runtime, java: ['nice', '-n', '19', ...runtime.java] };
  return startBroker(inBackground, place, { flags: [`-XX:ArchiveClassesAtExit=${archive}`], stopSeconds: TRAINING_STOP_SECONDS, signal });
}
