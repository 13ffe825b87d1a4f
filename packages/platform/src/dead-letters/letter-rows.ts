import type { Instant } from '@order-mesh/kernel';
import { adviceFor, classOf, originalOf, type DeadLetter, type Transaction } from '@order-mesh/messaging';
import type { Database } from '../postgres/database.ts';
import { query, type Statement } from '../postgres/sql-transaction.ts';
import type { Letter, LetterStatus } from './letter.ts';

/** A row of messaging.dead_letter. */
export interface LetterRow extends Omit<DeadLetter, 'orderId' | 'replayOf'> {
  readonly id: bigint;
  readonly order_id: string | null;
  readonly status: LetterStatus;
  readonly parent_id: bigint | null;
  readonly edited: boolean;
  readonly decided_by: string | null;
  readonly decided_at: Instant | null;
  readonly note: string | null;
  readonly settled_at: Instant | null;
  readonly size: number;
}

const COLUMNS = `id, participant, topic, partition, "offset", key, headers, reason, detail, at, order_id, attempts, status, parent_id, edited, decided_by, decided_at, note, settled_at,
  coalesce(octet_length(value), 0) as size`;

/** Statements over letters give these columns; the bytes only where they are needed. */
export const LETTER = `${COLUMNS}, null::bytea as value`;
export const LETTER_AND_BYTES = `${COLUMNS}, value`;

export function letterOf(row: LetterRow): Letter {
  const { place, id: originalId } = originalOf(row);
  return {
    id: row.id.toString(), status: row.status, service: row.participant, topic: row.topic, partition: row.partition, offset: row.offset, key: row.key,
    orderId: row.order_id, reason: row.reason, reasonClass: classOf(row.reason), detail: row.detail, advice: adviceFor(row.reason), attempts: row.attempts, at: row.at,
    sizeBytes: row.size, type: row.headers['ce_type'] ?? null, sender: row.headers['ce_source']?.replace(/^\/order-mesh\//, '') ?? null, originalId, original: place,
    edited: row.edited, parentId: row.parent_id?.toString() ?? null, decidedBy: row.decided_by, decidedAt: row.decided_at, note: row.note, settledAt: row.settled_at,
  };
}

export const readLetters = (database: Database, statement: Statement): Promise<readonly LetterRow[]> => database.query<LetterRow>(statement);

/** The number of a letter as the table has it; null for what cannot be one. */
export const numberOf = (id: string): bigint | null => (/^\d{1,18}$/.test(id) ? BigInt(id) : null);

/** Takes the letter's row until the transaction ends. */
export async function lockLetter(tx: Transaction, id: string): Promise<LetterRow | null> {
  const number = numberOf(id);
  if (number === null) return null;
  const [row] = await query<LetterRow>(tx, {
    name: 'letters.lock', text: `select ${LETTER_AND_BYTES} from messaging.dead_letter where id = $1 for update`, values: [number],
  });
  return row ?? null;
}
