import { setTimeout as sleep } from 'node:timers/promises';
import type { Gateway } from '@order-mesh/cli/parts';
import { seconds } from '@order-mesh/kernel';
import { send } from '../faults/partners.ts';
import type { OrderDesk } from '../load/desk.ts';
import type { OrderBody } from '../load/orders.ts';
import type { Looker } from '../watch/database.ts';
import type { World } from './world.ts';

export interface Spread {
  readonly world: World;
  readonly looker: Looker;
  readonly desk: OrderDesk;
  readonly gateway: Gateway;
  readonly draw: (orderId: string) => OrderBody;
  /** How the numbers of the orders begin. */
  readonly prefix: string;
  /** So many have to be on their way at once. */
  readonly orders: number;
  readonly signal: AbortSignal;
}

/** How many orders are where: "running logistics" and the like. */
export type Places = Readonly<Record<string, number>>;

/** A partner that answers so late keeps an order in its step, and a call under way while we stop. */
const SLOW_MS = seconds(3);
/** Longer than it takes to change releases: people sign while nobody listens. */
const SIGNS_AFTER = seconds(15);
const CANCELLED_SHARE = 0.06;
const REACHED_WITHIN = seconds(90);
const TOP_UP = 10;
/** Of those on their way so many may have ended until the release has stopped. */
const MAY_END = 0.12;

/**
 * Places orders until so many are on their way, in every step that waits for somebody: in the ERP's hands, the carrier's, before a signature, before a decision, being undone.
 * Resolves to where they are. Rejects when they do not get there.
 */
export async function spread({ world, looker, desk, gateway, draw, prefix, orders, signal }: Spread): Promise<Places> {
  let placed = 0;
  const place = async (count: number): Promise<readonly string[]> => {
    const ids = Array.from({ length: count }, () => `${prefix}${String(placed++).padStart(5, '0')}`);
    for (const orderId of ids) desk.place(draw(orderId));
    await desk.idle();
    return ids;
  };
  const beyond = (ids: readonly string[], steps: readonly string[]): Promise<void> => past({ looker, ids, steps, signal });
  const { u8, carrier, esign } = world.partners;
  await slow(u8, 'saleorder');
  await beyond(await place(Math.ceil(orders * 0.3)), [...EARLY, 'contract', 'logistics']);
  await slow(carrier);
  await beyond(await place(Math.ceil(orders * 0.3)), [...EARLY, 'contract']);
  await signAfter(esign, SIGNS_AFTER);
  const toSign = await place(Math.ceil(orders * 0.4));
  await beyond(toSign, EARLY);
  // an undo that has to wait for its answer
  await slow(esign);
  for (const orderId of toSign.slice(0, Math.ceil(orders * CANCELLED_SHARE))) await gateway.cancel(orderId, 'changed their mind').catch(() => {});
  for (let places = await placesOf(looker); ; places = await placesOf(looker)) {
    if (onTheWay(places) >= orders * (1 + MAY_END)) return places;
    await place(TOP_UP);
  }
}

const EARLY = ['price', 'credit', 'stock'];

/** Lets the partners be as they usually are. */
export async function calm({ partners }: World): Promise<void> {
  for (const url of [partners.u8, partners.carrier, partners.esign]) await send(url, 'DELETE');
  await signAfter(partners.esign, 200);
}

export const onTheWay = (places: Places): number => Object.values(places).reduce((sum, count) => sum + count, 0);

export async function placesOf(looker: Looker): Promise<Places> {
  const rows = await looker.rows<{ readonly place: string; readonly orders: string }>(
    `select status || ' ' || coalesce(step, '') as place, count(*) as orders from order_orchestrator.saga where status in ('running', 'undoing') group by 1 order by 1`);
  if (rows === null) throw new Error('the database does not answer');
  return Object.fromEntries(rows.map(({ place, orders }) => [place.trim(), Number(orders)]));
}

const slow = (url: string, match?: string): Promise<string> => send(url, 'POST', { ...(match !== undefined && { match }), delayMs: SLOW_MS });

async function signAfter(url: string, signDelayMs: number): Promise<void> {
  const { ok, status } = await fetch(`${url}/_sim/settings`, { method: 'POST', body: JSON.stringify({ signDelayMs }), headers: { 'content-type': 'application/json' } });
  if (!ok) throw new Error(`${url}/_sim/settings answered ${status}`);
}

interface Wanted {
  readonly looker: Looker;
  readonly ids: readonly string[];
  /** Where none of them is to be any more, but those that wait for a person. */
  readonly steps: readonly string[];
  readonly signal: AbortSignal;
}

async function past({ looker, ids, steps, signal }: Wanted): Promise<void> {
  for (const end = Date.now() + REACHED_WITHIN; ; await sleep(200, undefined, { signal })) {
    const rows = await looker.rows<{ readonly known: string; readonly behind: string }>(
      `select count(*) as known, count(*) filter (where status = 'running' and step = any($2::text[]) and not exists (
         select from approvals.task t where t.order_id = s.order_id and t.status = 'open')) as behind
       from order_orchestrator.saga s where order_id = any($1::text[])`, [ids, steps]);
    if (Number(rows?.[0]?.known) === ids.length && rows?.[0]?.behind === '0') return;
    if (Date.now() > end) throw new Error(`${rows?.[0]?.behind ?? '?'} of ${ids.length} orders are still in one of the steps ${steps.join(', ')} after ${REACHED_WITHIN / 1_000} s`);
  }
}
