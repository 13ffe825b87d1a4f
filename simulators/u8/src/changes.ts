/** Something that carries the number of its last change, like a row version. */
export interface Stamped {
  readonly timestamp: number;
}

/** The order in which things changed, so that a poller pays for what is new and not for what is there. */
export interface Changes<Item extends Stamped> {
  add(key: string, item: Item): void;
  /** Every item whose last change is not older than `timestamp`, oldest change first. */
  since(timestamp: number): Iterable<Item>;
}

/** Keeps the change order of the items that `find` knows by key. */
export function changeOrder<Item extends Stamped>(find: (key: string) => Item | undefined): Changes<Item> {
  let log: { readonly key: string; readonly timestamp: number }[] = [];
  let stale = 0;
  const isCurrent = (entry: { readonly key: string; readonly timestamp: number }) => find(entry.key)?.timestamp === entry.timestamp;
  return {
    add(key, { timestamp }) {
      log.push({ key, timestamp });
      stale += 1;
      if (stale < 1_000 || stale * 2 < log.length) return;
      log = log.filter(isCurrent);
      stale = 0;
    },
    *since(timestamp) {
      for (let place = firstNotOlder(log, timestamp); place < log.length; place += 1) {
        const entry = log[place];
        const item = entry && find(entry.key);
        if (item && item.timestamp === entry.timestamp) yield item;
      }
    },
  };
}

function firstNotOlder(log: readonly Stamped[], timestamp: number): number {
  let low = 0;
  let high = log.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((log[middle]?.timestamp ?? Infinity) < timestamp) low = middle + 1;
    else high = middle;
  }
  return low;
}
