import type { Instant } from '@order-mesh/kernel';
import type { InboxEntry, MessageStore, OutboxRow, Progress, Transaction } from '@order-mesh/messaging';
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
    ...inboxIn(database),
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

type OutboxTables = Pick<MessageStore, 'writeOutbox' | 'leftInOutbox' | 'keepInOutbox' | 'dropFromOutbox'>;

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
    async keepInOutbox({ id, records }, rest) {
      await database.query({ name: 'messaging.keep-in-outbox', text: 'update messaging.outbox set records = $2 where id = $1 and records = $3', values: [id, rest, records] });
    },
    async dropFromOutbox(ids) {
      await database.query({ name: 'messaging.drop-from-outbox', text: 'delete from messaging.outbox where id = any($1::int8[])', values: [ids] });
    },
  };
}

type InboxTables = Pick<MessageStore, 'noteInInbox' | 'loadInbox'>;

function inboxIn(database: Database): InboxTables {
  return {
    async noteInInbox(tx, entries) {
      const [row] = await query<{ readonly noted: number }>(tx, {
        name: 'messaging.note-in-inbox',
        text: `with noted as (
            insert into messaging.inbox (participant, message) select * from unnest($1::text[], $2::uuid[]) on conflict do nothing returning 1)
          select count(*)::int as noted from noted`,
        values: inboxColumns(entries),
      });
      return row?.noted === entries.length;
    },
    loadInbox: (entries) => database.query<InboxEntry>({
      name: 'messaging.load-inbox',
      text: `select participant, replace(message::text, '-', '') as message
        from messaging.inbox join unnest($1::text[], $2::uuid[]) as wanted(participant, message) using (participant, message)`,
      values: inboxColumns(entries),
    }),
  };
}

/** Forgets what these participants took in before `before`; some thousand at a time, so that nobody waits for it. */
export async function forgetInbox(database: Database, participants: readonly string[], before: Instant): Promise<void> {
  for (let forgotten = FORGET_AT_ONCE; forgotten === FORGET_AT_ONCE;) {
    const rows = await database.query({
      name: 'messaging.forget-inbox',
      text: `delete from messaging.inbox where ctid in (
          select ctid from messaging.inbox where taken_at < $2 and participant = any($1::text[]) limit $3) returning 1`,
      values: [participants, new Date(before), FORGET_AT_ONCE],
    });
    forgotten = rows.length;
  }
}

const FORGET_AT_ONCE = 5_000;

const inboxColumns = (entries: readonly InboxEntry[]): unknown[] => [entries.map(({ participant }) => participant), entries.map(({ message }) => message)];

function columns(rows: readonly Progress[]): unknown[] {
  return [
    rows.map(({ participant }) => participant), rows.map(({ topic }) => topic),
    rows.map(({ partition }) => partition), rows.map(({ nextOffset }) => nextOffset),
  ];
}
