import { MeshError } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import { query } from '@order-mesh/platform';
import type { SealedEntry } from '../domain/chain.ts';
import type { ChainBook } from '../usecases/ports.ts';
import { ENTRY, entryIn, HEAD, headOf, type EntryRow, type HeadRow } from './chain-rows.ts';

/** The chain in PostgreSQL, schema `audit`. */
export const pgChain: ChainBook = {
  async load(tx, facts) {
    const head = headOf(await query<HeadRow>(tx, { name: 'audit.lock-head', text: `${HEAD} for update` }));
    return { head, known: facts.length === 0 ? new Set() : await knownAmong(tx, facts) };
  },
  async last(tx) {
    const [row] = await query<EntryRow>(tx, { name: 'audit.last-entry', text: `select ${ENTRY} from audit.entry order by position desc limit 1` });
    return row ? entryIn(row) : null;
  },
  async append(tx, rows, keyPrint) {
    const [first, last] = [rows[0], rows.at(-1)];
    if (!first || !last) return;
    const [moved] = await Promise.all([moveHead(tx, { first, last, keyPrint }), insertRows(tx, rows)]);
    if (!moved) throw new MeshError('BROKEN_PROMISE', { advice: `row ${first.position} does not follow the last row of the audit log` });
  },
  async noteAnchor(tx, position, at) {
    await query(tx, { name: 'audit.note-anchor', text: 'update audit.head set anchored_position = $1::bigint, anchored_at = $2::timestamptz where one_row', values: [position, new Date(at)] });
  },
};

async function knownAmong(tx: Transaction, facts: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await query<{ readonly fact: string }>(tx, { name: 'audit.known-facts', text: 'select fact from audit.entry where fact = any($1::text[])', values: [facts] });
  return new Set(rows.map(({ fact }) => fact));
}

interface Move {
  readonly first: SealedEntry;
  readonly last: SealedEntry;
  readonly keyPrint: string;
}

async function moveHead(tx: Transaction, { first, last, keyPrint }: Move): Promise<boolean> {
  const moved = await query(tx, {
    name: 'audit.move-head',
    text: 'update audit.head set position = $1::bigint, mac = $2, key_print = $3 where one_row and position = $4::bigint and mac = $5 returning 1',
    values: [last.position, last.mac, keyPrint, first.position - 1, first.previous],
  });
  return moved.length > 0;
}

async function insertRows(tx: Transaction, rows: readonly SealedEntry[]): Promise<void> {
  await query(tx, {
    name: 'audit.insert-entries',
    text: `insert into audit.entry (position, at, actor, act, subject, order_id, fact, message_type, message_id, details, previous, mac)
      select * from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])`,
    values: [
      rows.map(({ position }) => position), rows.map(({ at }) => at), rows.map(({ actor }) => actor), rows.map(({ act }) => act), rows.map(({ subject }) => subject),
      rows.map(({ orderId }) => orderId), rows.map(({ fact }) => fact), rows.map(({ messageType }) => messageType), rows.map(({ messageId }) => messageId),
      rows.map(({ details }) => details), rows.map(({ previous }) => previous), rows.map(({ mac }) => mac),
    ],
  });
}
