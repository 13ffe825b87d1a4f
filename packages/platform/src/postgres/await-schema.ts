import { seconds } from '@order-mesh/kernel';
import type { Log } from '../log.ts';
import { untilReached } from '../until-reached.ts';
import { migrate, missingMigrations, type Migrations } from './migrate.ts';

export interface AwaitedSchema {
  readonly url: string;
  readonly sets: readonly Migrations[];
  /** Whether we run what is missing; else somebody else does, and we wait for it as long as that takes. */
  readonly mayMigrate: boolean;
  readonly log: Log;
  /** Told what is being waited for. */
  readonly waitsFor: (what: string) => void;
}

/** Resolves when the database has the schema this build needs. Waits 60 s for a server that is only just coming up. */
export async function awaitSchema({ url, sets, mayMigrate, log, waitsFor }: AwaitedSchema): Promise<void> {
  waitsFor('waiting for the database');
  const database = { what: 'the database', log, patience: PATIENCE };
  if (mayMigrate) {
    await untilReached(database, () => migrate(url, sets));
    return;
  }
  for (;;) {
    const missing = await untilReached(database, () => missingMigrations(url, sets));
    if (missing.length === 0) return;
    const what = `migrations have not run: ${missing.join(', ')}; run them with DATABASE_MIGRATE=true and a role that may`;
    waitsFor(what);
    log.warn('waiting', { for: what });
    await pause(LOOK_EVERY);
  }
}

const LOOK_EVERY = seconds(1);
const PATIENCE = seconds(60);

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}
