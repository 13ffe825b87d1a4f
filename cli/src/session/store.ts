import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivately } from '../up/private-file.ts';
import type { Tokens } from './provider.ts';

/** A session as it is kept. */
export interface Kept extends Tokens {
  /** The only gateway that it is shown to. */
  readonly gateway: string;
  readonly issuer: string;
  readonly person: string;
}

interface Sessions {
  /** Who acts when nobody is named. */
  readonly current: string | null;
  readonly sessions: readonly Kept[];
}

const NONE: Sessions = { current: null, sessions: [] };

const fileIn = (dataDir: string): string => join(dataDir, 'sessions.json');

/** The session of somebody for a gateway; of whoever signed in last where nobody is named. */
export function keptSession(dataDir: string, gateway: string, person: string | undefined): Kept | undefined {
  const { current, sessions } = read(dataDir);
  return sessions.find((one) => one.gateway === gateway && one.person === (person ?? current));
}

/** Keeps a session; `isCurrent` makes its person the one who acts from now on. */
export function keepSession(dataDir: string, session: Kept, isCurrent: boolean): void {
  const { current, sessions } = read(dataDir);
  const others = sessions.filter((one) => one.gateway !== session.gateway || one.person !== session.person);
  write(dataDir, { current: isCurrent ? session.person : current, sessions: [...others, session] });
}

/** Forgets the session of somebody, or all of them; gives what was forgotten. */
export function forgetSessions(dataDir: string, person: string | undefined): readonly Kept[] {
  const { current, sessions } = read(dataDir);
  const gone = sessions.filter((one) => person === undefined || one.person === person);
  write(dataDir, { current: gone.some((one) => one.person === current) ? null : current, sessions: sessions.filter((one) => !gone.includes(one)) });
  return gone;
}

function read(dataDir: string): Sessions {
  try {
    const found: Sessions = JSON.parse(readFileSync(fileIn(dataDir), 'utf8'));
    return found;
  } catch {
    return NONE;
  }
}

/** Whole or not at all, and for its owner alone: whoever reads it can act in these names. */
function write(dataDir: string, sessions: Sessions): void {
  writePrivately(fileIn(dataDir), `${JSON.stringify(sessions, null, 2)}\n`);
}
