import { MeshError, seconds } from '@order-mesh/kernel';
import { bootServices, type RunningServices } from './boot.ts';
import { service } from './boot-service.ts';
import type { ServiceDefinition } from './service.ts';

/** Kubernetes kills after 30 s. */
const STOP_WITHIN = seconds(25);

/**
 * The whole of a service's main: boots it alone in this process and stops it on SIGTERM or SIGINT, with code 0, or 1 when that takes longer than 25 s. A second signal ends it
 * at once (130), and so does the first one while it starts (0): nothing has begun by then.
 */
export async function runService<Config>(definition: ServiceDefinition<Config>): Promise<void> {
  let running: RunningServices | null = null;
  stopOnSignal(() => running);
  try {
    running = await bootServices([service(definition)], { env: process.env, groupId: definition.name });
  } catch (error) {
    process.stderr.write(`${definition.name}: ${error instanceof MeshError ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
    process.exit(1);
  }
}

// as the first process of a container a program hears only the signals that it listens for
function stopOnSignal(started: () => RunningServices | null): void {
  let asked = false;
  const stop = (): void => {
    if (asked) process.exit(130);
    asked = true;
    const running = started();
    if (running === null) process.exit(0);
    setTimeout(() => process.exit(1), STOP_WITHIN).unref();
    running.stop().then(() => process.exit(0), (error: unknown) => {
      running.log.error('stopping failed', { error });
      process.exit(1);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
