import { lockingIfNeeded, SqlTransaction, type Database, type Rows, type Statement } from '@order-mesh/platform';
import type { Blow, Strikes } from '../faults.ts';
import type { Chance } from '../random.ts';
import { never, type Owner, type Timeline } from '../virtual/timeline.ts';
import { OpenSession, type Connection } from './session.ts';
import { openTables, type Row, type Table } from './tables.ts';

/** Ends or freezes whoever is struck. */
export interface Reaper {
  crash(owner: Owner, downMs: number, where: string): void;
  freeze(owner: Owner, forMs: number, where: string): void;
}

export interface DatabaseWorld {
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly strikes: Strikes;
  readonly reaper: Reaper;
  /** Told of every change of a committed row. */
  readonly onCommit: (table: Table, key: string, row: Row | null) => void;
  /** A transaction is tried again with locks. */
  readonly onConflict: () => void;
  readonly onBlow: (where: string, blow: Blow) => void;
}

const IDLE_TRANSACTION_MS = 30_000;

/** One PostgreSQL for everybody, in memory. */
export class MemoryDatabase {
  readonly tables = openTables();
  readonly #world: DatabaseWorld;
  readonly #open = new Set<OpenSession>();
  #id = 0n;

  constructor(world: DatabaseWorld) {
    this.#world = world;
  }

  table(name: string): Table {
    const table = this.tables.get(name);
    if (!table) throw new Error(`the simulation has no table ${name}`);
    return table;
  }

  /** The database as one process reaches it. */
  connect(owner: Owner): Database {
    const connection: Connection = {
      owner, timeline: this.#world.timeline,
      table: (name) => this.table(name),
      nextId: () => (this.#id += 1n),
      begin: () => this.#begin(owner),
      isClear: () => owner.alive && !this.#world.strikes.isNext('statement'),
      passed: () => { this.#world.strikes.at('statement'); },
      statement: (run) => this.#struck(owner, 'statement', run),
      commit: (settle) => this.#struck(owner, 'commit', async () => {
        settle();
        return NO_ROWS;
      }, () => this.#pause(3)),
      committed: (table, page) => { for (const [key, row] of page) this.#world.onCommit(table, key, row); },
    };
    return {
      query: async <Result>(statement: Statement) => {
        const rows = await this.#inSession(connection, async (session) => {
          const answer = await session.execute(statement);
          session.settle();
          return answer.rows;
        });
        // the caller names the columns of its own statement
        return rows as readonly Result[];
      },
      transaction: (work) => lockingIfNeeded(
        (locksFirst) => this.#inSession(connection, (session) => new SqlTransaction((statement) => session.execute(statement), { kind: 'memory', locksFirst }).carryThrough(work)),
        () => { this.#world.onConflict(); }),
      close: () => Promise.resolve(),
    };
  }

  /** The connections of a process are gone: PostgreSQL rolls back what they had begun. */
  drop(owner: Owner): void {
    for (const session of [...this.#open]) if (session.owner === owner) this.#end(session);
  }

  get openTransactions(): number {
    return this.#open.size;
  }

  async #inSession<Result>(connection: Connection, work: (session: OpenSession) => Promise<Result>): Promise<Result> {
    if (!connection.owner.alive) return never();
    const session = new OpenSession(connection);
    this.#open.add(session);
    try {
      return await work(session);
    } finally {
      if (connection.owner.alive) this.#end(session);
    }
  }

  #end(session: OpenSession): void {
    session.rollback();
    this.#open.delete(session);
  }

  async #begin(owner: Owner): Promise<Rows> {
    if (!owner.alive) return never();
    if (this.#world.chance.happens(0.5)) await this.#pause(2);
    return NO_ROWS;
  }

  async #struck(owner: Owner, place: 'statement' | 'commit', run: () => Promise<Rows>, latency?: () => Promise<void>): Promise<Rows> {
    if (!owner.alive) return never();
    const blow = this.#world.strikes.at(place);
    if (blow) return this.#underBlow(owner, { place, blow }, run);
    if (latency) await latency();
    return run();
  }

  async #underBlow(owner: Owner, { place, blow }: { readonly place: string; readonly blow: Blow }, run: () => Promise<Rows>): Promise<Rows> {
    const { reaper, timeline, onBlow } = this.#world;
    onBlow(place, blow);
    const early = !('when' in blow) || blow.when === 'before';
    const rows = early ? NO_ROWS : await run();
    const where = `${early ? 'before' : 'after'} a ${place}`;
    switch (blow.type) {
      case 'crash':
        reaper.crash(owner, blow.downMs, where);
        return never();
      case 'freeze':
        reaper.freeze(owner, blow.forMs, where);
        if (blow.forMs > IDLE_TRANSACTION_MS) timeline.after(IDLE_TRANSACTION_MS, () => { this.drop(owner); }, { name: 'postgres', alive: true, frozenUntil: 0 });
        await this.#pause(1);
        return early ? run() : rows;
      case 'lost':
        this.drop(owner);
        throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
      case 'slow':
        await this.#wait(blow.byMs);
        return early ? run() : rows;
      default: return run();
    }
  }

  #pause(most: number): Promise<void> {
    return this.#wait(this.#world.chance.whole(0, most));
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => { this.#world.timeline.after(ms, resolve); });
  }
}

const NO_ROWS: Rows = { rows: [] };
