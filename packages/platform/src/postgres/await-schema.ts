import { databaseUnreachable, seconds } from '@order-mesh/kernel';
import type { Log } from '../log.ts';
import { untilReached } from '../until-reached.ts';
import { isPassing } from './database.ts';
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

/** Resolves when the database has the schema this build needs. Waits 60 s for a server that is only just coming up. Throws DATABASE_UNREACHABLE, MIGRATION_CHANGED. */
export async function awaitSchema({ url, sets, mayMigrate, log, waitsFor }: AwaitedSchema): Promise<void> {
  waitsFor('waiting for the database');
  const reached = <Result>(work: () => Promise<Result>): Promise<Result> => untilReached({ what: 'the database', log, patience: PATIENCE }, work).catch((cause: unknown) => { throw unreachable(url, cause); });
  if (mayMigrate) {
    await reached(() => migrate(url, sets));
    return;
  }
  for (;;) {
    const missing = await reached(() => missingMigrations(url, sets));
    if (missing.length === 0) return;
    const what = `migrations have not run: ${missing.join(', ')}; run them with DATABASE_MIGRATE=true and a role that may`;
    waitsFor(what);
    log.warn('waiting', { for: what });
    await pause(LOOK_EVERY);
  }
}

/** What somebody has to mend at the server or in DATABASE_URL; says where it was looked for, and never with which password. */
function unreachable(url: string, cause: unknown): unknown {
  if (!isPassing(cause) && !isRefused(cause)) return cause;
  const { host, pathname } = new URL(url);
  return databaseUnreachable(host + pathname, cause);
}

/** A login or a database that is not there. */
const isRefused = (error: unknown): boolean => error instanceof Error && 'code' in error && /^(28|3D)/.test(String(error.code));

const LOOK_EVERY = seconds(1);
const PATIENCE = seconds(60);

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}
