import { MeshError } from '@order-mesh/kernel';
import type { Head, SealedEntry } from '../domain/chain.ts';

export interface HeadRow {
  readonly position: bigint;
  readonly mac: string;
  readonly key_print: string | null;
  readonly anchored_position: bigint;
}

/** The row that says where the chain ends. */
export const HEAD = 'select position, mac, key_print, anchored_position from audit.head where one_row';

/** Throws BROKEN_PROMISE where somebody has deleted the row. */
export function headOf([row]: readonly HeadRow[]): Head {
  if (!row) throw new MeshError('BROKEN_PROMISE', { advice: 'the row of audit.head is gone: somebody has deleted it; see docs/how-to/audit.md' });
  return { position: Number(row.position), mac: row.mac, keyPrint: row.key_print, anchoredPosition: Number(row.anchored_position) };
}

/** The columns of a row. Its time in microseconds: what the mac does not cover must not be there to be changed. */
export const ENTRY = '"position", (extract(epoch from at) * 1000000)::bigint as at_micros, actor, act, subject, order_id, fact, message_type, message_id, details, previous, mac';

export interface EntryRow {
  readonly position: bigint;
  readonly at_micros: bigint;
  readonly actor: string;
  readonly act: string;
  readonly subject: string;
  readonly order_id: string | null;
  readonly fact: string;
  readonly message_type: string;
  readonly message_id: string;
  readonly details: string;
  readonly previous: string;
  readonly mac: string;
}

export const entryIn = (row: EntryRow): SealedEntry => ({
  position: Number(row.position), at: Number(row.at_micros) / 1_000, actor: row.actor, act: row.act, subject: row.subject, orderId: row.order_id, fact: row.fact,
  messageType: row.message_type, messageId: row.message_id, details: row.details, previous: row.previous, mac: row.mac,
});
