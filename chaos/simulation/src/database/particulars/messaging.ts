import type { Lockable, Particular, Session } from '../definition.ts';
import { unnest, WRITTEN } from '../shapes.ts';
import type { Row, Table } from '../tables.ts';
import { column, texts } from './cells.ts';

const PROGRESS = 'messaging.processed_offset';
const OUTBOX = 'messaging.outbox';

interface Place {
  readonly key: string;
  readonly row: Row;
}

function places(table: Table, [participants, topics, partitions, offsets]: readonly unknown[]): readonly Place[] {
  return texts(participants).map((participant, at) => {
    const row = { participant, topic: texts(topics)[at], partition: column<number>(partitions)[at], next_offset: column<bigint>(offsets)[at] };
    return { key: table.keyOf(row), row };
  });
}

const lockPlaces = (session: Session, values: readonly unknown[]): readonly Lockable[] => {
  const table = session.table(PROGRESS);
  return places(table, values).map(({ key }) => ({ table, key }));
};

const progress: Readonly<Record<string, Particular>> = {
  'messaging.load-progress': {
    says: ['from messaging.processed_offset where participant = any($1::text[])'],
    run: (session, [participants]) => {
      const wanted = new Set(texts(participants));
      return [...session.rows(session.table(PROGRESS))].filter(({ participant }) => wanted.has(String(participant)))
        .map(({ participant, topic, partition, next_offset: nextOffset }) => ({ participant, topic, partition, nextOffset }));
    },
  },
  'messaging.start-progress': {
    says: ['insert into messaging.processed_offset', 'on conflict do nothing'],
    lock: lockPlaces,
    run: (session, values) => {
      const table = session.table(PROGRESS);
      for (const { key, row } of places(table, values)) if (!session.read(table, key)) session.write(table, row);
      return [];
    },
  },
  'messaging.reset-progress': {
    says: ['update messaging.processed_offset o set next_offset = m.next_offset'],
    lock: lockPlaces,
    run: (session, values) => {
      const table = session.table(PROGRESS);
      for (const { key, row } of places(table, values)) if (session.read(table, key)) session.write(table, row);
      return [];
    },
  },
  'messaging.advance-progress': {
    says: ['update messaging.processed_offset o set next_offset = m.next_offset', 'where (o.participant, o.topic, o.partition) = (m.participant, m.topic, m.partition) and o.next_offset = m.expected returning 1'],
    lock: lockPlaces,
    run: (session, values) => {
      const table = session.table(PROGRESS);
      const expected = column<bigint>(values[4]);
      return places(table, values).flatMap(({ key, row }, at) => {
        if (session.read(table, key)?.['next_offset'] !== expected[at]) return [];
        session.write(table, row);
        return [WRITTEN];
      });
    },
  },
};

const outbox: Readonly<Record<string, Particular>> = {
  'messaging.write-outbox': {
    says: ['insert into messaging.outbox (records) values ($1) returning id'],
    run: (session, [records]) => {
      const id = session.nextId();
      session.write(session.table(OUTBOX), { id, records, created_at: session.now });
      return [{ id }];
    },
  },
  'messaging.left-in-outbox': {
    says: [`where created_at <= now() - $1 * interval '1 millisecond' order by id limit 1000`],
    run: (session, [olderThanMs]) => [...session.rows(session.table(OUTBOX))]
      .filter((row) => Number(row['created_at']) <= session.now - Number(olderThanMs))
      .sort((one, other) => Number(one['id']) - Number(other['id']))
      .map(({ id, records }) => ({ id, records })),
  },
  'messaging.drop-from-outbox': {
    says: ['delete from messaging.outbox where id = any($1::int8[])'],
    run: (session, [ids]) => {
      for (const id of column<bigint>(ids)) session.remove(session.table(OUTBOX), String(id));
      return [];
    },
  },
  'messaging.write-dead-letters': {
    says: ['as new(participant, topic, partition, "offset", key, value, headers, reason, detail, at, attempts, order_id, parent_id, original)', 'on conflict do nothing'],
    run: (session, values) => {
      for (const letter of unnest(['participant', 'topic', 'partition', 'offset', 'key', 'value', 'headers', 'reason', 'detail'], values)) session.write(session.table('messaging.dead_letter'), letter);
      return [];
    },
  },
};

const inbox: Readonly<Record<string, Particular>> = {
  'messaging.note-in-inbox': {
    says: ['insert into messaging.inbox (participant, message)', 'on conflict do nothing returning 1'],
    lock: inboxRows,
    run: (session, values) => {
      const fresh = inboxRows(session, values).filter(({ table, key }) => !session.read(table, key));
      for (const { table, row } of fresh) session.write(table, row);
      return [{ noted: fresh.length }];
    },
  },
  'messaging.load-inbox': {
    says: ['from messaging.inbox join unnest($1::text[], $2::uuid[])'],
    run: (session, values) => inboxRows(session, values).filter(({ table, key }) => session.read(table, key) !== undefined).map(({ row }) => row),
  },
};

function inboxRows(session: Session, [participants, messages]: readonly unknown[]): readonly (Lockable & { readonly row: Row })[] {
  const table = session.table('messaging.inbox');
  return texts(participants).map((participant, at) => {
    const row = { participant, message: texts(messages)[at] };
    return { table, key: table.keyOf(row), row };
  });
}

/** The tables of the batch processor. */
export const messagingStatements: Readonly<Record<string, Particular>> = { ...progress, ...outbox, ...inbox };
