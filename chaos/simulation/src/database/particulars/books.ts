import type { Particular, Session } from '../definition.ts';
import { unnest } from '../shapes.ts';
import type { Row } from '../tables.ts';

export interface Reading {
  readonly table: string;
  /** What both must say; the one that locks says `for update` as well. */
  readonly says: readonly string[];
  readonly rows: Particular['run'];
}

/** A statement that reads rows, and its twin that locks them as well. */
export function reads([load, lock]: readonly [string, string], { table, says, rows }: Reading): Readonly<Record<string, Particular>> {
  return {
    [load]: { says, run: rows },
    [lock]: { says: [...says, 'for update'], lock: (session, values) => rows(session, values).map((row) => lockable(session, table, row)), run: rows },
  };
}

export interface Moving {
  readonly table: string;
  readonly says: readonly string[];
  /** Of the arrays that it is given, the key among them. */
  readonly columns: readonly string[];
  /** Gives a row where it has written one. */
  readonly move: (session: Session, move: Row) => readonly Row[];
}

/** A statement that changes rows by arrays, each only where it is as it was seen, or where that does not matter. */
export const moves = ({ table, says, columns, move }: Moving): Particular => ({
  says,
  lock: (session, values) => unnest(columns, values).map((row) => lockable(session, table, row)),
  run: (session, values) => unnest(columns, values).flatMap((row) => move(session, row)),
});

function lockable(session: Session, name: string, row: Row) {
  const table = session.table(name);
  return { table, key: table.keyOf(row) };
}
