import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import { expectAll, identityMap, locksFirst, openDatabase, query, type Change, type Database, type IdentityMap } from '../src/index.ts';
import type { Transaction } from '@order-mesh/messaging';

interface Row {
  readonly id: string;
  readonly amount: bigint;
}

let server: TestDatabase;
let database: Database;
let asked: string[] = [];
let packets = 0;
let conflicts = 0;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([]);
  database = openDatabase({
    url: server.url, applicationName: 'test', connections: 2, onTrouble: () => {},
    observer: { statement: (name) => { asked.push(name); }, packet: () => { packets += 1; }, conflict: () => { conflicts += 1; }, frozen: () => {}, pool: () => {} },
  });
  await database.query({ name: 'create', text: 'create table thing (id text primary key, amount int8 not null check (amount >= 0))' });
}, 90_000);

afterAll(async () => {
  await database?.close();
  await server?.stop();
}, 30_000);

beforeEach(async () => {
  await database.query({ name: 'empty', text: 'truncate thing' });
  asked = [];
  packets = 0;
  conflicts = 0;
});

const load = (tx: Transaction) => async (ids: readonly string[]): Promise<ReadonlyMap<string, Row>> => {
  const rows = await query<Row>(tx, { name: 'load', text: 'select id, amount from thing where id = any($1::text[]) order by id for update', values: [ids] });
  return new Map(rows.map((row) => [row.id, row]));
};

const save = async (tx: Transaction, changes: readonly Change<Row>[]): Promise<void> => {
  await query(tx, {
    name: 'save', text: 'insert into thing select * from unnest($1::text[], $2::int8[]) on conflict (id) do update set amount = excluded.amount',
    values: [changes.map(({ row }) => row.id), changes.map(({ row }) => row.amount)],
  });
};

const add = async (things: IdentityMap<Row>, tx: Transaction, id: string, amount: bigint): Promise<void> => {
  const known = (await things.read(tx, [id], load(tx))).get(id);
  things.write(tx, [[id, { id, amount: (known?.amount ?? 0n) + amount }]]);
};

const stored = (): Promise<readonly Row[]> => database.query<Row>({ name: 'stored', text: 'select id, amount from thing order by id' });

describe('an identity map', () => {
  it('reads a row once and writes it once, however often it changes in a transaction', async () => {
    const things = identityMap<Row>(save, { when: 'commit' });
    await database.transaction(async (tx) => {
      for (let round = 0; round < 3; round += 1) {
        await add(things, tx, 'a', 1n);
        tx.roundDecided?.();
      }
    });
    expect(asked).toEqual(['begin', 'load', 'save', 'commit']);
    expect(await stored()).toEqual([{ id: 'a', amount: 3n }]);
  });

  it('writes each round of a row that is final then, and shows what it passed through', async () => {
    const changes: Change<Row>[] = [];
    const things = identityMap<Row>((tx, some) => {
      changes.push(...some);
      return save(tx, some);
    }, { keepsPassed: true });
    await database.transaction(async (tx) => {
      await add(things, tx, 'a', 1n);
      await add(things, tx, 'a', 1n);
      tx.roundDecided?.();
      await add(things, tx, 'a', 1n);
    });
    expect(changes).toEqual([
      { row: { id: 'a', amount: 2n }, stored: undefined, passed: [{ id: 'a', amount: 1n }] },
      { row: { id: 'a', amount: 3n }, stored: { id: 'a', amount: 2n }, passed: [] },
    ]);
    expect(await stored()).toEqual([{ id: 'a', amount: 3n }]);
  });

  it('shows what a row became first, and nothing else in between, where nobody looks at the rest', async () => {
    const changes: Change<Row>[] = [];
    const things = identityMap<Row>((tx, some) => {
      changes.push(...some);
      return save(tx, some);
    }, { when: 'commit' });
    await database.transaction(async (tx) => {
      for (let step = 0; step < 4; step += 1) await add(things, tx, 'a', 1n);
    });
    expect(changes).toEqual([{ row: { id: 'a', amount: 4n }, stored: undefined, passed: [{ id: 'a', amount: 1n }] }]);
  });

  it('has readers wait for what was asked ahead, all in one packet', async () => {
    const things = identityMap<Row>(save);
    await database.transaction(async (tx) => {
      things.ahead(tx, things.read(tx, ['a', 'b'], load(tx)));
      expect(await things.read(tx, ['a', 'b'], load(tx))).toEqual(new Map());
    });
    expect(asked).toEqual(['begin', 'load', 'commit']);
    expect(packets).toBe(2);
  });

  it('writes before the table is read by other means, and reads anew what is forgotten', async () => {
    const things = identityMap<Row>(save, { when: 'commit' });
    await database.transaction(async (tx) => {
      await add(things, tx, 'a', 5n);
      await things.flush(tx);
      expect(await query(tx, { name: 'sum', text: 'select sum(amount)::int8 as total from thing' })).toEqual([{ total: 5n }]);
      await query(tx, { name: 'raise', text: 'update thing set amount = 9' });
      things.forget(tx, ['a']);
      await add(things, tx, 'a', 1n);
    });
    expect(await stored()).toEqual([{ id: 'a', amount: 10n }]);
  });

  it('keeps nothing of a transaction that was rolled back, and tells its first accident', async () => {
    const things = identityMap<Row>(save);
    const broken = database.transaction(async (tx) => {
      await add(things, tx, 'a', -1n);
      tx.roundDecided?.();
      await query(tx, { name: 'later', text: 'select 1' });
    });
    await expect(broken).rejects.toMatchObject({ code: '23514' });
    expect(await stored()).toEqual([]);
    await database.transaction((tx) => add(things, tx, 'a', 2n));
    expect(await stored()).toEqual([{ id: 'a', amount: 2n }]);
  });
});

describe('rows that many transactions want', () => {
  const moveAs = (name: string) => (tx: Transaction, [change]: readonly Change<Row>[]): Promise<unknown> => query(tx, {
    name, text: expectAll('update thing set amount = $2 where id = $1 and amount = $3 returning 1', '$4'), values: [change?.row.id, change?.row.amount, change?.stored?.amount, 1],
  });
  const found = (tx: Transaction) => async (ids: readonly string[]): Promise<ReadonlyMap<string, Row>> => {
    const rows = await query<Row>(tx, locksFirst(tx)
      ? { name: 'find-and-lock', text: 'select id, amount from thing where id = any($1::text[]) for update', values: [ids] }
      : { name: 'find', text: 'select id, amount from thing where id = any($1::text[])', values: [ids] });
    return new Map(rows.map((row) => [row.id, row]));
  };
  const raise = async (things: IdentityMap<Row>, tx: Transaction, id: string): Promise<void> => {
    const row = (await things.read(tx, [id], found(tx))).get(id);
    if (row) things.write(tx, [[id, { id, amount: row.amount + 1n }]]);
  };

  beforeEach(async () => { await database.query({ name: 'fill', text: `insert into thing values ('a', 1), ('b', 1)` }); });

  it('are written together with the commit, in the order of their tables, whatever was changed first', async () => {
    const things = identityMap<Row>(moveAs('move-things'), { when: { lastAs: 'things' } });
    const stuff = identityMap<Row>(moveAs('move-stuff'), { when: { lastAs: 'stuff' } });
    asked = [];
    await database.transaction(async (tx) => {
      await raise(things, tx, 'b');
      tx.roundDecided?.();
      await raise(stuff, tx, 'a');
    });
    expect(asked).toEqual(['begin', 'find', 'find', 'move-stuff', 'move-things', 'commit']);
    expect([packets, conflicts]).toEqual([3, 0]);
    expect(await stored()).toEqual([{ id: 'a', amount: 2n }, { id: 'b', amount: 2n }]);
  });

  it('have the transaction run again, with locks, when one of them has changed since it was read', async () => {
    const things = identityMap<Row>(moveAs('move'), { when: { lastAs: 'thing' } });
    let runs = 0;
    await database.transaction(async (tx) => {
      runs += 1;
      await raise(things, tx, 'a');
      if (runs === 1) await database.query({ name: 'meanwhile', text: `update thing set amount = 7 where id = 'a'` });
    });
    expect([runs, conflicts]).toEqual([2, 1]);
    expect(asked.filter((name) => name.startsWith('find'))).toEqual(['find', 'find-and-lock']);
    expect(await stored()).toEqual([{ id: 'a', amount: 8n }, { id: 'b', amount: 1n }]);
  });
});

describe('array parameters', () => {
  it('arrive as they were, with NULLs, quotes, signs of all kinds and the ends of each range', async () => {
    const texts = ['a"b\\c', '订单,{}', '', null];
    const numbers = [9_007_199_254_740_993n, -9_007_199_254_740_993n, 0n, null];
    const times = [new Date(0), new Date(Date.UTC(2026, 10, 25, 1, 2, 3, 4)), new Date(Date.UTC(1999, 0, 1)), null];
    const json = ['{"a":"\\u00e9\\"","b":[1]}', '"x"', '[]', null];
    const rows = await database.query({
      name: 'round-trip',
      text: 'select * from unnest($1::text[], $2::int8[], $3::timestamptz[], $4::jsonb[], $5::boolean[], $6::int[], $7::bytea[]) as r(t, n, at, j, yes, i, b)',
      values: [texts, numbers, times, json, [true, false, true, null], [1, -1, 2_147_483_647, null], [Buffer.from('a\0b'), Buffer.alloc(0), Buffer.from([255]), null]],
    });
    expect(rows).toEqual(texts.map((t, at) => ({
      t, n: numbers[at], at: times[at]?.getTime() ?? null, j: JSON.parse(json[at] ?? 'null'), yes: [true, false, true, null][at], i: [1, -1, 2_147_483_647, null][at],
      b: [Buffer.from('a\0b'), Buffer.alloc(0), Buffer.from([255]), null][at],
    })));
    expect(await database.query({ name: 'none', text: 'select * from unnest($1::text[]) t', values: [[]] })).toEqual([]);
  });
});
