import type { Session } from '../definition.ts';
import type { Row, Table } from '../tables.ts';

/** A parameter that is an array of texts. */
export const texts = (value: unknown): readonly string[] => value as readonly string[];

/** A parameter that is an array, a cell a row. */
export const column = <Cell>(value: unknown): readonly Cell[] => value as readonly Cell[];

export const big = (value: unknown): bigint => BigInt(String(value));

/** Rows whose moment has come, the longest waiting first, that nobody else has taken; taken from now on. */
export function takeDue(session: Session, table: Table, [moment, isWanted]: readonly [string, (row: Row) => boolean], [now, limit]: readonly unknown[]): readonly Row[] {
  const due = [...session.rows(table)].filter((row) => isDue(row, moment, now) && isWanted(row)).sort((one, other) => Number(one[moment]) - Number(other[moment]));
  return due.filter((row) => session.lockNow({ table, key: table.keyOf(row) })).slice(0, Number(limit));
}

/** Whether the moment in this column has come. */
export const isDue = (row: Row, moment: string, now: unknown): boolean => row[moment] !== null && row[moment] !== undefined && Number(row[moment]) <= Number(now);
