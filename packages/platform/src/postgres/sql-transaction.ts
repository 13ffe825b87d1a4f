import { MeshError } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';

/** A statement prepared once a connection under its name: the name must belong to one text for ever. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

export interface Rows {
  readonly rows: readonly unknown[];
}

type Write = () => Promise<void>;

/** What the books of one transaction share, whoever carries their statements out: PostgreSQL, or a simulation of it. */
export class SqlTransaction implements Transaction {
  readonly kind: string;
  /** Whether it locks the rows that it reads to change. */
  readonly locksFirst: boolean;
  readonly #execute: (statement: Statement) => Promise<Rows>;
  readonly #perRound: Write[] = [];
  readonly #atEnd: Write[] = [];
  /** By the name of their table: every transaction takes the rows that all of them want in the same order. */
  readonly #last = new Map<string, Write>();
  readonly #underWay: Promise<void>[] = [];
  #accident: unknown;

  /** `execute` carries statements out in the order they were asked, whether or not anybody waits for their answers. */
  constructor(execute: (statement: Statement) => Promise<Rows>, { kind, locksFirst }: { readonly kind: string; readonly locksFirst: boolean }) {
    this.#execute = execute;
    this.kind = kind;
    this.locksFirst = locksFirst;
  }

  async query(statement: Statement): Promise<Rows> {
    try {
      return await this.#execute(statement);
    } catch (error) {
      // those after the first that failed only fail because of it
      this.#accident ??= error;
      throw error;
    }
  }

  /** Begins, works, writes what is left and commits. Throws what went wrong first; whoever called rolls back. */
  async carryThrough<Result>(work: (tx: SqlTransaction) => Promise<Result>): Promise<Result> {
    try {
      // travels with the first statement, which fails when it did
      this.query(BEGIN).catch(() => {});
      const result = await work(this);
      await this.#commit();
      return result;
    } catch (error) {
      throw this.#accident ?? error;
    }
  }

  beforeCommit(write: Write, everyRound: boolean): void {
    (everyRound ? this.#perRound : this.#atEnd).push(write);
  }

  lastOfAll(table: string, write: Write): void {
    this.#last.set(table, write);
  }

  readonly roundDecided = (): void => { this.#begin(this.#perRound); };

  readonly allDecided = (): void => { this.#begin([...this.#perRound, ...this.#atEnd]); };

  /** What all transactions want is written last, in one packet with the commit: it is locked no longer than the commit takes. */
  async #commit(): Promise<void> {
    this.allDecided();
    await Promise.all(this.#underWay);
    const last = [...this.#last].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, write]) => write());
    await Promise.all([...last, this.query(COMMIT)]);
  }

  /** All at once: on a pipelined connection their statements travel together, and nobody waits for them before the end. */
  #begin(writes: readonly Write[]): void {
    for (const write of writes) {
      const writing = write();
      writing.catch(() => {});
      this.#underWay.push(writing);
    }
  }
}

/** Tries without locks; where rows read so have changed meanwhile (`expectAll`), tries again with locks. */
export async function lockingIfNeeded<Result>(attempt: (locksFirst: boolean) => Promise<Result>, onConflict: () => void): Promise<Result> {
  try {
    return await attempt(false);
  } catch (error) {
    if (!isConflict(error)) throw error;
    onConflict();
    return attempt(true);
  }
}

const isConflict = (error: unknown): boolean => typeof error === 'object' && error !== null && 'code' in error && error.code === '40001';

/** Runs a statement inside the transaction of a batch. */
export async function query<Row>(tx: Transaction, statement: Statement): Promise<readonly Row[]> {
  const { rows } = await ours(tx).query(statement);
  // the caller names the columns of its own statement
  return rows as readonly Row[];
}

/** Has `write` called before the transaction commits, and if `everyRound` also whenever a round is decided. It may have nothing to do. */
export function beforeCommit(tx: Transaction, write: () => Promise<void>, everyRound: boolean): void {
  ours(tx).beforeCommit(write, everyRound);
}

/** Has `write` called when nothing but the commit is left. It must ask for its statements at once, without waiting for any. */
export function lastOfAll(tx: Transaction, table: string, write: () => Promise<void>): void {
  ours(tx).lastOfAll(table, write);
}

/** Whether this transaction locks the rows that it reads to change: it does where one without has failed. */
export const locksFirst = (tx: Transaction): boolean => ours(tx).locksFirst;

/** Turns a statement that returns a row for each row it wrote into one that fails the transaction unless it wrote `$count` rows, a parameter of type bigint. */
export const expectAll = (text: string, count: string): string => `with written as (${text}) select messaging.expect((select count(*) from written), ${count}::bigint)`;

function ours(tx: Transaction): SqlTransaction {
  if (!(tx instanceof SqlTransaction)) throw new MeshError('BROKEN_PROMISE', { advice: `a PostgreSQL adapter was given a transaction of ${tx.kind}` });
  return tx;
}

const BEGIN: Statement = { name: 'begin', text: 'begin' };
const COMMIT: Statement = { name: 'commit', text: 'commit' };
