import type { History } from './history/history.ts';
import type { Ledgers } from './ledgers/ledgers.ts';
import type { Snapshot } from './snapshot.ts';
import type { ViewComparison } from './views.ts';
import type { Found, InvariantId, Offence } from './verdict.ts';

/** What an invariant may look at. What is expensive is read when first asked for, once. */
export interface Facts {
  readonly snapshot: Snapshot;
  /** The partners' own books, read after the snapshot was taken. */
  readonly ledgers: () => Promise<Ledgers>;
  /** The messages on Kafka. */
  readonly history: () => Promise<History>;
  /** What the gateway shows, beside what the messages make of it. */
  readonly views: () => Promise<ViewComparison>;
  /** The tables once more, at a later moment: for what may have been begun since. */
  readonly later: <Row>(text: string, values: readonly unknown[]) => Promise<readonly Row[]>;
  /** Nothing is under way any more, says the caller: what is, is late. */
  readonly settled: boolean;
}

/** One promise of the mesh, and how it is checked. */
export interface Invariant {
  readonly id: InvariantId;
  readonly title: string;
  readonly promise: string;
  readonly check: (facts: Facts) => Promise<Found>;
}

/** Offending rows as SQL gives them. Where `order_id` is given, the row counts only if nothing of that order is on its way. */
export interface OffenceRow {
  readonly order_id?: string | null;
  readonly subject: string;
  readonly problem: string;
}

/** Asks each question of the snapshot; every row it gives is an offence, unless its order has messages on their way to somebody. */
export async function offences({ snapshot, history }: Facts, questions: readonly string[]): Promise<readonly Offence[]> {
  const found: OffenceRow[] = [];
  for (const question of questions) found.push(...await snapshot.rows<OffenceRow>(question));
  // the messages are only read where they decide something
  const isOpen = found.some(({ order_id: orderId }) => orderId) ? (await history()).isInFlight : () => false;
  return found.filter(({ order_id: orderId }) => !orderId || !isOpen(orderId)).map(({ subject, problem }) => ({ subject, problem }));
}

/** Asks how many of what there are: one row of counts, named as people say it. */
export async function counts({ snapshot }: Facts, question: string): Promise<Readonly<Record<string, number>>> {
  const [row = {}] = await snapshot.rows<Record<string, string>>(question);
  return Object.fromEntries(Object.entries(row).map(([what, count]) => [what, Number(count)]));
}
