import { RACE_PREFIX } from '../faults/load.ts';
import { POISON_KEY } from '../load/kafka.ts';
import type { Submitted } from '../load/book.ts';
import type { Happened } from './recovery.ts';
import type { Looker } from './database.ts';

/** What became of the poison. */
export interface PoisonFinding {
  readonly sent: number;
  /** Messages that are dead letters now, each counted once however many readers it had. */
  readonly deadLetters: number;
  readonly byReason: Readonly<Record<string, number>>;
  /** The longest that a good order took which was submitted while poison was, and by how much that is longer than before the first of it. */
  readonly slowestGoodMs: number | null;
  readonly delayMs: number | null;
}

/** What became of the race. */
export interface RaceFinding {
  readonly orders: number;
  readonly fits: number;
  readonly held: number;
  readonly refused: number;
}

/** Null when there was none. */
export async function poisonFinding(looker: Looker, happened: readonly Happened[], orders: readonly Submitted[]): Promise<PoisonFinding | null> {
  const all = happened.filter(({ spec, evidence }) => spec.kind === 'poison' && evidence !== null);
  if (all.length === 0) return null;
  const rows = await looker.rows<{ readonly reason: string; readonly messages: string }>(
    `select reason, count(distinct (topic, partition, "offset")) as messages from messaging.dead_letter where key like $1 group by reason order by 2 desc`, [`${POISON_KEY}%`]);
  const begin = Math.min(...all.map(({ from }) => from));
  const slowest = slowestOf(orders.filter(({ submittedAt }) => all.some(({ from, to }) => submittedAt >= from && submittedAt <= to)));
  const before = slowestOf(orders.filter(({ submittedAt }) => submittedAt < begin));
  return {
    sent: all.reduce((sum, { spec }) => sum + (spec.kind === 'poison' ? spec.count : 0), 0),
    deadLetters: (rows ?? []).reduce((sum, { messages }) => sum + Number(messages), 0),
    byReason: Object.fromEntries((rows ?? []).map(({ reason, messages }) => [reason, Number(messages)])),
    slowestGoodMs: slowest, delayMs: slowest === null || before === null ? null : Math.max(0, slowest - before),
  };
}

function slowestOf(orders: readonly Submitted[]): number | null {
  const took = orders.flatMap(({ submittedAt, endedAt, status }) => (status === 'confirmed' && endedAt !== null ? [endedAt - submittedAt] : []));
  return took.length === 0 ? null : Math.round(Math.max(...took));
}

export async function raceFinding(looker: Looker, happened: readonly Happened[]): Promise<RaceFinding | null> {
  const spec = happened.find(({ spec: { kind }, evidence }) => kind === 'race' && evidence !== null)?.spec;
  if (spec?.kind !== 'race') return null;
  const rows = await looker.rows<{ readonly held: string; readonly refused: string }>(
    `select count(*) filter (where status in ('held', 'confirmed', 'invoiced')) as held, count(*) filter (where status = 'refused') as refused from credit.hold where order_id like $1`,
    [`${RACE_PREFIX}%`]);
  return { orders: spec.orders, fits: spec.fits, held: Number(rows?.[0]?.held ?? -1), refused: Number(rows?.[0]?.refused ?? -1) };
}
