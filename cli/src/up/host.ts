import { seconds } from '@order-mesh/kernel';
import { explain } from '../failure.ts';

/** What a child process of `mesh up` runs until it is told to stop. */
export interface Hosted {
  stop(): Promise<void>;
}

const STOP_WITHIN = seconds(8);

/**
 * The whole of a child's main: waits for its parent's word, starts, and stops on SIGTERM or when the parent is gone.
 * Without a parent (started by hand) it starts at once.
 */
export async function host(name: string, start: () => Promise<Hosted>): Promise<void> {
  let hosted: Hosted | undefined;
  let asked = false;
  const stop = (): void => {
    if (asked) return;
    asked = true;
    // whoever was to kill us when this takes too long may be gone
    setTimeout(() => process.exit(1), STOP_WITHIN);
    (hosted?.stop() ?? Promise.resolve()).then(() => process.exit(0), (error: unknown) => { fail(name, error); });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
  try {
    await parentSaysGo();
    hosted = await start();
    if (asked) await hosted.stop().then(() => process.exit(0));
  } catch (error) {
    fail(name, error);
  }
}

function parentSaysGo(): Promise<void> {
  if (!process.connected) return Promise.resolve();
  return new Promise((resolve) => { process.once('message', () => { resolve(); }); });
}

function fail(name: string, error: unknown): never {
  process.stderr.write(`${name}: ${explain(error)}\n`);
  process.exit(1);
}
