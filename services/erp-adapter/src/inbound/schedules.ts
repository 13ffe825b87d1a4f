import { milliseconds, seconds, type Duration } from '@order-mesh/kernel';
import type { Runtime } from '@order-mesh/platform';

const TICK = milliseconds(500);
const RETRY_FIRST_LOAD = seconds(1);

/** Reads the ERP's data as soon as the service runs, then every `poll`; until the first load has succeeded it tries more often. */
export function scheduleReading(runtime: Pick<Runtime<unknown>, 'repeat' | 'obstacle' | 'clock' | 'log'>, poll: Duration, read: () => Promise<void>): void {
  const { clock, log } = runtime;
  let dueAt = clock.now();
  let loaded = false;
  runtime.repeat('read ERP data', TICK, async () => {
    if (clock.now() < dueAt || runtime.obstacle() !== null) return;
    dueAt = clock.now() + (loaded ? poll : Math.min(poll, RETRY_FIRST_LOAD));
    await read();
    if (loaded) return;
    loaded = true;
    dueAt = clock.now() + poll;
    log.info('ERP data is loaded');
  });
}
