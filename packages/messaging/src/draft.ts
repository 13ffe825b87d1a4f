/** The rows of one batch: a later message sees what an earlier one wrote, and only what was written is saved. */
export interface Draft<Row> {
  get(id: string): Row | undefined;
  put(id: string, row: Row): void;
  written(): readonly Row[];
}

/** Starts a draft from what was loaded. */
export function draftOf<Row>(loaded: ReadonlyMap<string, Row>): Draft<Row> {
  const changed = new Map<string, Row>();
  return {
    get: (id) => changed.get(id) ?? loaded.get(id),
    put: (id, row) => { changed.set(id, row); },
    written: () => [...changed.values()],
  };
}
