import type { Instant } from '@order-mesh/kernel';
import { GENESIS, macOf, type Head, type Mac, type SealedEntry } from './chain.ts';

/** What was told outside of the database about how far the chain was. */
export interface Anchor {
  readonly position: number;
  readonly mac: string;
  readonly at: Instant;
}

/** changed: a row is not what was recorded; missing: rows were taken out; inserted: a row was put in; shortened: the end was taken off; anchor: the row is another one than was anchored, or the anchors are gone. */
export interface Fault {
  readonly kind: 'changed' | 'missing' | 'inserted' | 'shortened' | 'anchor';
  /** The first row that is not as it should be, or not there. */
  readonly position: number;
  readonly detail: string;
}

export interface Checked {
  /** Rows that were found good, from the first one on. */
  readonly good: number;
  readonly fault: Fault | null;
  /** The newest anchor; null where there is none. */
  readonly anchor: Anchor | null;
}

/** A check under way: takes the rows in the order of their positions. */
export interface ChainCheck {
  readonly take: (row: SealedEntry) => void;
  readonly end: () => Checked;
}

/** What a chain is checked against. */
export interface Evidence {
  readonly mac: Mac;
  readonly head: Head;
  /** All there are, read before the rows were: a row that an anchor knows of must be there. */
  readonly anchors: readonly Anchor[];
}

/** Recomputes the chain row by row, in no more memory than the anchors take, and finds the first row at fault. */
export function checkChain({ mac, head, anchors }: Evidence): ChainCheck {
  const anchored = Map.groupBy(anchors, ({ position }) => position);
  const newest = anchors.reduce<Anchor | null>((last, one) => (last === null || one.position > last.position ? one : last), null);
  let previous = GENESIS;
  let good = 0;
  let fault: Fault | null = null;
  /** A row that is not what follows: the next one tells whether it took the place of another or was put between two. */
  let suspect: SealedEntry | null = null;

  const judge = (row: SealedEntry): Fault | null => {
    if (suspect) return row.previous === previous ? inserted(suspect.position) : changed(suspect.position);
    if (row.position <= good) return { kind: 'inserted', position: row.position, detail: row.position > 0 ? `there is more than one row ${row.position}` : `no row has the number ${row.position}` };
    if (row.position > good + 1) return missing(good + 1, row.position - 1);
    if (row.previous !== previous || macOf(row, previous, mac) !== row.mac) {
      suspect = row;
      return null;
    }
    good = row.position;
    previous = row.mac;
    return contradicted(row, anchored.get(row.position) ?? []);
  };

  const atEnd = (): Fault | null => {
    if (suspect) return suspect.position > head.position ? inserted(suspect.position) : changed(suspect.position);
    if (newest && newest.position > good) return { kind: 'shortened', position: good + 1, detail: `the anchor of ${timeOf(newest.at)} knows of ${newest.position} rows, and the log ends with row ${good}` };
    if (head.position > good) return { kind: 'shortened', position: good + 1, detail: `${head.position} rows were recorded, and the log ends with row ${good}` };
    if (head.position < good || head.mac !== previous) return { kind: 'changed', position: good, detail: `audit.head does not name row ${good} as the last one: it was changed by hand` };
    if (head.anchoredPosition > (newest?.position ?? 0)) return { kind: 'anchor', position: head.anchoredPosition, detail: `row ${head.anchoredPosition} was anchored, and ${newest ? 'the newest anchor is of row ' + newest.position : 'there is no anchor'}: the topic was emptied, or made anew` };
    return null;
  };

  return {
    take(row) { fault ??= judge(row); },
    end: () => {
      fault ??= atEnd();
      return { good: fault ? Math.min(good, Math.max(0, fault.position - 1)) : good, fault, anchor: newest };
    },
  };
}

const changed = (position: number): Fault => ({ kind: 'changed', position, detail: `row ${position} is not what was recorded there` });
const inserted = (position: number): Fault => ({ kind: 'inserted', position, detail: `row ${position} was never recorded by the mesh: it was put in` });
const missing = (from: number, to: number): Fault => ({ kind: 'missing', position: from, detail: from === to ? `row ${from} was taken out` : `rows ${from} to ${to} were taken out` });

/** A row that fits the chain, while an anchor knows another one: the end was taken off and has grown again, or whoever rewrote it has the key. */
function contradicted({ position, mac }: SealedEntry, anchors: readonly Anchor[]): Fault | null {
  const other = anchors.find((anchor) => anchor.mac !== mac);
  return other ? { kind: 'anchor', position, detail: `row ${position} is another one than was anchored at ${timeOf(other.at)}: rows up to it were replaced` } : null;
}

const timeOf = (at: Instant): string => new Date(at).toISOString();
