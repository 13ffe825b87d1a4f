import { onDatabase } from '../harness/servers.ts';
import { NODE_FLAGS, startMesh, type BenchMesh } from '../mesh/mesh.ts';
import { assertConfirmed, ordersFor } from './partner-orders.ts';
import { rounded, scaled, wait, type Row, type Scenario, type ScenarioResult } from './scenario.ts';
import { knowsSample, startPartners, type Partners } from './simulators.ts';
import { withServers, type Log } from './stage.ts';

const ORDERS_A_SECOND = 10;
const BEFORE_SECONDS = 30;
const AWAY_SECONDS = 600;
const SHOWN_SECONDS = 40;
const STALLED_AFTER_MS = 300_000;

export const outage: Scenario = {
  what: 'U8 is away for ten minutes while orders come in',
  run: (log) => withServers(log, async (servers) => {
    const partners = await startPartners(servers);
    try {
      const mesh = await startMesh({ servers, databaseUrl: await servers.database('mesh'), env: partners.env, execArgv: NODE_FLAGS });
      try {
        return await measured(mesh, partners, log);
      } finally {
        await mesh.stop();
      }
    } finally {
      await partners.stop();
    }
  }),
};

async function measured(mesh: BenchMesh, partners: Partners, log: Log): Promise<ScenarioResult> {
  await knowsSample(mesh.databaseUrl);
  const intake = new Intake(mesh);
  await intake.takes(scaled(BEFORE_SECONDS, 5));
  await intake.ended();
  log(`${intake.placed} orders are through`);
  const before = intake.placed;
  await partners.takeU8Away();
  const awaySeconds = scaled(AWAY_SECONDS, 20);
  await intake.takes(awaySeconds, (placed) => { log(`U8 is away, ${placed - before} orders placed meanwhile`); });
  const confirmedMeanwhile = intake.endedCount - before;
  const turnedAway = await partners.bringU8Back();
  const backAt = Date.now();
  log('U8 is back');
  await intake.ended();
  const seconds = (Date.now() - backAt) / 1_000;
  await assertConfirmed(mesh, intake.placed);
  const rates = await bookingsEachSecond(mesh.databaseUrl, backAt);
  const row: Row = {
    'U8 away, s': awaySeconds, 'orders placed meanwhile': intake.placed - before, 'confirmed meanwhile': confirmedMeanwhile, 'requests turned away': turnedAway,
    'all confirmed after, s': rounded(seconds), 'bookings/s at most': Math.max(...rates),
  };
  return { what: outage.what, rows: [row], notes: [...NOTES, `bookings in each second after U8 was back: ${rates.slice(0, SHOWN_SECONDS).join(' ')}`] };
}

const NOTES = [
  `${ORDERS_A_SECOND} orders a second, one process, usual settings (8 bookings under way at once, 100 begun a second). U8 answers 503 to everything; the breaker lets one attempt through every five seconds, and lists are polled as always.`,
  'Every order is confirmed with one booking, one signed contract and one shipment, or the run fails.',
];

/** Places orders at a steady rate and knows how many have ended. */
class Intake {
  placed = 0;
  endedCount = 0;
  readonly #mesh: BenchMesh;
  #lastEndAt = Date.now();

  constructor(mesh: BenchMesh) {
    this.#mesh = mesh;
    mesh.onEnd = () => {
      this.endedCount += 1;
      this.#lastEndAt = Date.now();
    };
  }

  async takes(seconds: number, progress: (placed: number) => void = () => {}): Promise<void> {
    const startedAt = Date.now();
    for (let second = 0; second < seconds; second += 1) {
      await this.#mesh.publish(ordersFor(this.placed, ORDERS_A_SECOND));
      this.placed += ORDERS_A_SECOND;
      if (second % 60 === 59) progress(this.placed);
      await wait(Math.max(0, startedAt + (second + 1) * 1_000 - Date.now()));
    }
  }

  /** Resolves when every order has ended; throws when none does for minutes. */
  async ended(): Promise<void> {
    this.#lastEndAt = Date.now();
    while (this.endedCount < this.placed) {
      if (Date.now() - this.#lastEndAt > STALLED_AFTER_MS) throw new Error(`${this.placed - this.endedCount} of ${this.placed} orders did not end`);
      await wait(100);
    }
  }
}

async function bookingsEachSecond(databaseUrl: string, since: number): Promise<readonly number[]> {
  const { rows } = await onDatabase(databaseUrl, (client) => client.query<{ second: number; count: number }>(`
    select floor(extract(epoch from updated_at - $1::timestamptz))::int as second, count(*)::int as count
      from outbound.call where service = 'erp-adapter' and operation = 'book' and status = 'answered' and updated_at >= $1 group by 1 order by 1`, [new Date(since)]));
  const last = rows.at(-1)?.second ?? 0;
  const counts = new Map(rows.map(({ second, count }) => [second, count]));
  return Array.from({ length: last + 1 }, (_, second) => counts.get(second) ?? 0);
}
