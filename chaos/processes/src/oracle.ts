import { verify, type InvariantId, type Verdict } from '@order-mesh/verify';
import type { OrderBook } from './load/book.ts';
import type { Stage } from './stage/stage.ts';
import type { Looker } from './watch/database.ts';

/** What is wrong after a run, in words; empty when nothing is. */
export interface Judgement {
  /** Taken on by the mesh and unknown to it now. */
  readonly lost: readonly string[];
  /** A second effect at a partner or in a ledger. */
  readonly doubled: readonly string[];
  /** Taken on and not ended in time. */
  readonly stuck: readonly string[];
  /** Any other broken promise. */
  readonly broken: readonly string[];
}

export interface Judged extends Judgement {
  readonly verdicts: readonly Pick<Verdict, 'id' | 'title' | 'status' | 'checked' | 'violations'>[];
}

/** Which invariant tells of what; every other one is a broken promise of its own kind. */
const told: Partial<Record<InvariantId, keyof Judgement>> = { I6: 'lost', I7: 'doubled', I11: 'stuck' };
const SHOWN = 10;

/** Compares the mesh with our own notes, and with itself and its partners by every invariant there is. */
export async function judge(stage: Pick<Stage, 'addresses'>, looker: Looker, book: OrderBook): Promise<Judged> {
  const rows = await looker.rows<{ readonly order_id: string }>('select order_id from order_orchestrator.saga');
  if (rows === null) throw new Error('the database does not answer: nothing can be judged');
  const known = new Set(rows.map(({ order_id: orderId }) => orderId));
  const verdicts = await verify(stage.addresses, { settled: true, shown: SHOWN });
  const offences = (what: keyof Judgement): readonly string[] =>
    verdicts.filter(({ id }) => (told[id] ?? 'broken') === what).flatMap(({ id, rows: shown, violations }) => [
      ...shown.map(({ subject, problem }) => `${id}: ${subject}: ${problem}`), ...(violations > shown.length ? [`${id}: and ${violations - shown.length} more`] : [])]);
  return {
    lost: [...book.accepted().filter(({ orderId }) => !known.has(orderId)).map(({ orderId }) => `order ${orderId} was taken on and is unknown`), ...offences('lost')],
    doubled: offences('doubled'),
    stuck: [...book.open().filter(({ orderId }) => known.has(orderId)).map(({ orderId }) => `order ${orderId} has not ended`), ...offences('stuck')],
    broken: offences('broken'),
    verdicts: verdicts.map(({ id, title, status, checked, violations }) => ({ id, title, status, checked, violations })),
  };
}
