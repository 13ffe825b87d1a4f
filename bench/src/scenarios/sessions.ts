import pg from 'pg';

/** How the sessions of a database spent their time. */
export interface SessionShares {
  /** Of the time in which a session had a statement under way, the part spent waiting for a lock that another session held. */
  readonly lockShare: number;
  /** Sessions that had a statement under way, on average. */
  readonly busy: number;
  /** What was waited for most, with its share of the busy time. */
  readonly waits: readonly string[];
}

const EVERY_MS = 100;
const NOW = `
  select coalesce(wait_event_type || ':' || wait_event, 'CPU') || case wait_event_type when 'Lock' then ' in ' || substring(query from '(?:update|from|into) ([a-z_]+\\.[a-z_]+)') else '' end as waits_for,
      count(*) as sessions
    from pg_stat_activity
   where datname = current_database() and pid <> pg_backend_pid() and state = 'active'
   group by 1`;

/** Looks at the sessions ten times a second until stopped. */
export async function watchSessions(databaseUrl: string): Promise<{ readonly stop: () => Promise<SessionShares> }> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'bench' });
  await client.connect();
  const seen = new Map<string, number>();
  let looks = 0;
  let looking = Promise.resolve();
  const look = async (): Promise<void> => {
    const { rows } = await client.query<{ waits_for: string; sessions: string }>(NOW);
    looks += 1;
    for (const { waits_for: what, sessions } of rows) seen.set(what, (seen.get(what) ?? 0) + Number(sessions));
  };
  const timer = setInterval(() => { looking = looking.then(look); }, EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await looking;
      await client.end();
      return sharesOf(seen, looks);
    },
  };
}

export function sharesOf(seen: ReadonlyMap<string, number>, looks: number): SessionShares {
  const busy = [...seen.values()].reduce((total, one) => total + one, 0);
  const locked = [...seen].filter(([what]) => what.startsWith('Lock:')).reduce((total, [, count]) => total + count, 0);
  const most = [...seen].sort(([, one], [, other]) => other - one).slice(0, 4);
  return {
    lockShare: busy === 0 ? 0 : locked / busy, busy: looks === 0 ? 0 : busy / looks,
    waits: most.map(([what, count]) => `${what} ${Math.round(100 * count / busy)} %`),
  };
}
