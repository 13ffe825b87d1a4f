import type { Row, Table } from './tables.ts';

/** A row that can be locked. */
export interface Lockable {
  readonly table: Table;
  readonly key: string;
}

/** What a statement sees: what is committed, and what its own transaction wrote. */
export interface Session {
  readonly now: number;
  table(name: string): Table;
  nextId(): bigint;
  read(table: Table, key: string): Row | undefined;
  /** All rows, the committed ones first. */
  rows(table: Table): Iterable<Row>;
  write(table: Table, row: Row): void;
  remove(table: Table, key: string): void;
  /** `for update skip locked`: the row is taken now, or not at all. */
  lockNow(row: Lockable): boolean;
}

/** What a statement does: which rows it takes for its own first, and what it reads and writes then. */
export interface Definition {
  readonly lock?: (session: Session, values: readonly unknown[]) => readonly Lockable[];
  readonly run: (session: Session, values: readonly unknown[]) => readonly Row[];
}

/** A statement too particular for `shapeOf`, with what its text must say: if the product changes that, it has to be looked at again. */
export interface Particular extends Definition {
  /** What must occur in the text, spaces aside. */
  readonly says: readonly string[];
}

/** An accident as PostgreSQL words it. */
export class SqlError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
