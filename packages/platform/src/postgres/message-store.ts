import type { MessageStore, OutboxRow, Progress, Transaction } from '@order-mesh/messaging';
import { isPassing, type Database } from './database.ts';
import { loadReplayed, settleReplayed, writeDeadLetters } from './letter-store.ts';
import { query } from './sql-transaction.ts';

/** The batch processor's tables in PostgreSQL (schema messaging). */
export function pgMessageStore(database: Database): MessageStore {
  return {
    transaction: (work) => database.transaction(work),
    isPassing,
    ...progressIn(database),
    ...outboxIn(database),
    writeDeadLetters,
    loadReplayed: (ids) => loadReplayed(database, ids),
    settleReplayed,
  };
}

type ProgressTables = Pick<MessageStore, 'loadProgress' | 'startProgress' | 'resetProgress' | 'advanceProgress'>;

function progressIn(database: Database): ProgressTables {
  return {
    loadProgress: (participants) => database.query<Progress>({
      name: 'messaging.load-progress',
      text: 'select participant, topic, partition, next_offset as "nextOffset" from messaging.processed_offset where participant = any($1::text[])',
      values: [participants],
    }),
    async startProgress(rows) {
      await database.query({
        name: 'messaging.start-progress',
        text: `insert into messaging.processed_offset (participant, topic, partition, next_offset)
          select * from unnest($1::text[], $2::text[], $3::int[], $4::int8[]) on conflict do nothing`,
        values: columns(rows),
      });
    },
    async resetProgress(rows) {
      await database.query({
        name: 'messaging.reset-progress',
        text: `update messaging.processed_offset o set next_offset = m.next_offset
          from unnest($1::text[], $2::text[], $3::int[], $4::int8[]) m(participant, topic, partition, next_offset)
          where (o.participant, o.topic, o.partition) = (m.participant, m.topic, m.partition)`,
        values: columns(rows),
      });
    },
    async advanceProgress(tx, moves) {
      const moved = await query(tx, {
        name: 'messaging.advance-progress',
        text: `update messaging.processed_offset o set next_offset = m.next_offset
          from unnest($1::text[], $2::text[], $3::int[], $4::int8[], $5::int8[]) m(participant, topic, partition, next_offset, expected)
          where (o.participant, o.topic, o.partition) = (m.participant, m.topic, m.partition) and o.next_offset = m.expected returning 1`,
        values: [...columns(moves), moves.map(({ expected }) => expected)],
      });
      return moved.length === moves.length;
    },
  };
}

type OutboxTables = Pick<MessageStore, 'writeOutbox' | 'leftInOutbox' | 'dropFromOutbox'>;

function outboxIn(database: Database): OutboxTables {
  return {
    async writeOutbox(tx: Transaction, records: Buffer) {
      const [row] = await query<{ readonly id: bigint }>(tx, { name: 'messaging.write-outbox', text: 'insert into messaging.outbox (records) values ($1) returning id', values: [records] });
      return row?.id ?? 0n;
    },
    leftInOutbox: (olderThanMs) => database.query<OutboxRow>({
      name: 'messaging.left-in-outbox',
      text: `select id, records from messaging.outbox where created_at <= now() - $1 * interval '1 millisecond' order by id limit 1000`,
      values: [olderThanMs],
    }),
    async dropFromOutbox(ids) {
      await database.query({ name: 'messaging.drop-from-outbox', text: 'delete from messaging.outbox where id = any($1::int8[])', values: [ids] });
    },
  };
}

function columns(rows: readonly Progress[]): unknown[] {
  return [
    rows.map(({ participant }) => participant), rows.map(({ topic }) => topic),
    rows.map(({ partition }) => partition), rows.map(({ nextOffset }) => nextOffset),
  ];
}
