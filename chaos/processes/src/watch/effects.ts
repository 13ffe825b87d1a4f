import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../stage/stage.ts';
import type { Looker } from './database.ts';

/** Everything that counts as an effect: what a second hearing of a message must not change. */
const tables: Readonly<Record<string, string>> = {
  'orders': 'select order_id, status, step, definition from order_orchestrator.saga order by 1',
  // a receivable that is read meanwhile turns what is held into what is owed
  'credit held': `select order_id, case when status in ('held', 'confirmed', 'invoiced') then 'granted' else status end, customer_id, amount from credit.hold order by 1`,
  'credit accounts': 'select customer_id, credit_limit, owed + held from credit.account order by 1',
  'stock locks': 'select order_id, status from inventory.stock_lock order by 1',
  'stock levels': 'select sku, warehouse, on_hand, reserved from inventory.level order by 1, 2',
  'contracts': 'select order_id, status, contract_id, sign_flow_id from contract.contract order by 1',
  'shipments': 'select order_id, status from logistics.shipment order by 1',
  'bookings': 'select order_id, status from erp_adapter.booking order by 1',
  'ledger entries': 'select order_id, entry_no, amount, booked_amount from finance.entry order by 1',
  'audit entries': 'select position, fact, mac from audit.entry order by 1',
};
const ledgers = ['u8', 'esign', 'carrier'] as const;

const UNREADABLE = 'unreadable';

/** The state of everything that orders have an effect on, each part as one text. */
export type Effects = ReadonlyMap<string, string>;

export async function readEffects(stage: Stage, looker: Looker): Promise<Effects> {
  const effects = new Map<string, string>();
  for (const [what, query] of Object.entries(tables)) {
    const rows = await looker.rows<{ readonly digest: string; readonly rows: string }>(`select md5(coalesce(string_agg(t::text, chr(10)), '')) as digest, count(*) as rows from (${query}) t`);
    effects.set(what, rows?.[0] ? `${rows[0].rows} rows, ${rows[0].digest}` : UNREADABLE);
  }
  for (const name of ledgers) effects.set(`the books of ${name}`, await booksOf(stage.directly.partners[name]));
  return effects;
}

/** A callback may be told once more; that is no entry in the books. */
async function booksOf(url: string): Promise<string> {
  const books: unknown = await (await fetch(`${url}/_sim/ledger`)).json();
  return JSON.stringify(books, (key, value: unknown) => (key === 'callbacks' ? undefined : value));
}

/** What differs, or cannot be told apart, in words. */
export const changedEffects = (before: Effects, after: Effects): readonly string[] =>
  [...before].filter(([what, state]) => after.get(what) !== state || state === UNREADABLE).map(([what, state]) => (state.length > 80 ? what : `${what}: ${state} before, ${after.get(what) ?? ''} after`));

const QUIET_LOOKS = 5;
const LOOK_EVERY = 500;

/** Waits until nothing is read, sent or called any more; false when it still is after `withinMs`. */
export async function quiet(stage: Stage, looker: Looker, withinMs: number): Promise<boolean> {
  let before = '';
  let still = 0;
  for (const end = Date.now() + withinMs; Date.now() < end; await sleep(LOOK_EVERY)) {
    const now = await stateOfWork(stage, looker);
    still = now !== null && now === before ? still + 1 : 0;
    before = now ?? '';
    if (still >= QUIET_LOOKS) return true;
  }
  return false;
}

/** Null while something is certainly under way, or cannot be asked. */
async function stateOfWork(stage: Stage, looker: Looker): Promise<string | null> {
  const rows = await looker.rows<{ readonly outbox: string; readonly calls: string }>(
    `select (select count(*) from messaging.outbox) as outbox, (select count(*) from outbound.call where status in ('asked', 'sent', 'unknown')) as calls`);
  if (rows?.[0]?.outbox !== '0' || rows[0].calls !== '0') return null;
  try {
    const taken = await Promise.all([...stage.services.values()].map(async (service) => /^mesh_records_total(?:\{[^}]*\})? (\S+)/m.exec(await service.metrics())?.[1] ?? '0'));
    return taken.join(' ');
  } catch {
    return null;
  }
}
