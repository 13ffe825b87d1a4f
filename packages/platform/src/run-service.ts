import { MeshError } from '@order-mesh/kernel';
import { bootServices, type RunningServices } from './boot.ts';
import { service } from './boot-service.ts';
import type { ServiceDefinition } from './service.ts';

/** The whole of a service's main: boots it alone in this process and stops it on SIGTERM or SIGINT (a second signal stops at once). */
export async function runService<Config>(definition: ServiceDefinition<Config>): Promise<void> {
  try {
    stopOnSignal(await bootServices([service(definition)], { env: process.env, groupId: definition.name }));
  } catch (error) {
    process.stderr.write(`${definition.name}: ${error instanceof MeshError ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
    process.exit(1);
  }
}

function stopOnSignal(running: RunningServices): void {
  let asked = false;
  const stop = (): void => {
    if (asked) process.exit(130);
    asked = true;
    const late = setTimeout(() => process.exit(1), 25_000);
    running.stop().then(() => {
      clearTimeout(late);
      process.exit(0);
    }, (error: unknown) => {
      running.log.error('stopping failed', { error });
      process.exit(1);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
