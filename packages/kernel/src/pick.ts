/** The rows of these ids, each once; nothing for an id that has none. */
export function pick<Row>(rows: ReadonlyMap<string, Row>, ids: readonly string[]): ReadonlyMap<string, Row> {
  return new Map(ids.flatMap((id) => {
    const row = rows.get(id);
    return row === undefined ? [] : [[id, row] as const];
  }));
}
