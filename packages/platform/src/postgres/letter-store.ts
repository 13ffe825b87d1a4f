import { maskPhonesIn } from '@order-mesh/kernel';
import { originalOf, type DeadLetter, type ReplayedLetter, type Transaction } from '@order-mesh/messaging';
import type { Database } from './database.ts';
import { query } from './sql-transaction.ts';

/** Keeps letters in the transaction that passes over their records. What a replay came from has failed again, and its successor carries on. */
export async function writeDeadLetters(tx: Transaction, letters: readonly DeadLetter[]): Promise<void> {
  await query(tx, {
    name: 'messaging.write-dead-letters',
    text: `with new as (
        select * from unnest($1::text[], $2::text[], $3::int[], $4::int8[], $5::text[], $6::bytea[], $7::jsonb[], $8::text[], $9::text[], $10::timestamptz[], $11::int[], $12::text[], $13::int8[], $14::text[])
          as new(participant, topic, partition, "offset", key, value, headers, reason, detail, at, attempts, order_id, parent_id, original)),
      failed as (
        update messaging.dead_letter l set status = 'failed-again', settled_at = new.at from new where l.id = new.parent_id and l.status = 'replaying' returning l.id)
      insert into messaging.dead_letter (participant, topic, partition, "offset", key, value, headers, reason, detail, at, attempts, order_id, parent_id, original, root_id)
      select new.participant, new.topic, new.partition, new."offset", new.key, new.value, new.headers, new.reason, new.detail, new.at,
          new.attempts + coalesce(parent.attempts, 0), new.order_id, new.parent_id, new.original, coalesce(parent.root_id, parent.id)
        from new left join messaging.dead_letter parent on parent.id = new.parent_id
      on conflict do nothing`,
    values: [
      letters.map(({ participant }) => participant), letters.map(({ topic }) => topic), letters.map(({ partition }) => partition),
      letters.map(({ offset }) => offset), letters.map(({ key }) => printable(key)), letters.map(({ value }) => value),
      letters.map(({ headers }) => printable(JSON.stringify(headers))), letters.map(({ reason }) => reason), letters.map(({ detail }) => printable(maskPhonesIn(detail))),
      letters.map(({ at }) => new Date(at)), letters.map(({ attempts }) => attempts), letters.map(({ orderId }) => orderId && printable(orderId)),
      letters.map(({ replayOf }) => replayOf), letters.map((letter) => printable(originalOf(letter).place)),
    ],
  });
}

/** How the letters stand whose replays have arrived. */
export function loadReplayed(database: Database, ids: readonly bigint[]): Promise<readonly ReplayedLetter[]> {
  return database.query<ReplayedLetter>({
    name: 'messaging.load-replayed',
    text: `select id, original, status = 'replaying' as waits from messaging.dead_letter where id = any($1::int8[])`,
    values: [ids],
  });
}

/** The replays were processed by whose letters they are; commits together with what came of them. */
export async function settleReplayed(tx: Transaction, ids: readonly bigint[]): Promise<void> {
  await query(tx, {
    name: 'messaging.settle-replayed',
    text: `update messaging.dead_letter set status = 'settled', settled_at = now() where id = any($1::int8[]) and status = 'replaying'`,
    values: [ids],
  });
}

// PostgreSQL text takes no zero byte, and a poisonous record may hold one anywhere
const printable = (text: string): string => text.replaceAll('\0', '\uFFFD').replaceAll('\\u0000', '\\uFFFD');
