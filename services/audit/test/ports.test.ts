import type { Database } from '@order-mesh/platform';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import { GENESIS, sealAll, type SealedEntry } from '../src/domain/chain.ts';
import { checkChain, type Checked } from '../src/domain/check.ts';
import { auditReader } from '../src/outbound/audit-reader.ts';
import { pgChain } from '../src/outbound/pg-chain.ts';
import { auditDesk, granted, inMemory, mac, NOON, written, type Place } from './scene.ts';

let server: TestDatabase;
let owner: Database;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([{ schema: 'audit', folder: new URL('../migrations/', import.meta.url) }]);
  owner = server.open();
  database = server.open('audit');
}, 90_000);

afterAll(async () => { await server?.stop(); }, 30_000);

let statements = 0;
const asks = (by: Database, text: string) => by.query({ name: `test.${statements += 1}`, text });
const asOwner = (text: string) => asks(owner, text);

/** Begins a new log; only the owner of the table can, and has to take its trigger away. */
async function inPostgres(): Promise<Place> {
  await asOwner('alter table audit.entry disable trigger keep_entries');
  await asOwner('delete from audit.entry');
  await asOwner('alter table audit.entry enable trigger keep_entries');
  await asOwner(`update audit.head set position = 0, mac = repeat('0', 64), key_print = null, anchored_position = 0`);
  return { chain: pgChain, transaction: (work) => database.transaction(work) };
}

const places = [['in memory', async () => inMemory()], ['in PostgreSQL', inPostgres]] as const;

const append = ({ chain, transaction }: Place, ...rows: readonly SealedEntry[]) => transaction((tx) => chain.append(tx, rows, 'print'));
const load = ({ chain, transaction }: Place, ...facts: readonly string[]) => transaction((tx) => chain.load(tx, facts));

async function checked(): Promise<Checked> {
  let check: ReturnType<typeof checkChain> | undefined;
  await auditReader(database).walk((head) => { check = checkChain({ mac, head, anchors: [] }); }, (rows) => { for (const row of rows) check?.take(row); });
  if (!check) throw new Error('nothing was walked');
  return check.end();
}

describe.each(places)('a chain %s', (_name, open) => {
  it('begins with nothing, knows what was appended, and where it is anchored', async () => {
    const place = await open();
    expect(await load(place, 'm0')).toEqual({ head: { position: 0, mac: GENESIS, anchoredPosition: 0, keyPrint: null }, known: new Set() });
    const { rows } = written(3);
    await append(place, ...rows.slice(0, 2));
    await append(place);
    await place.transaction((tx) => place.chain.noteAnchor(tx, 2, NOON));
    expect(await load(place, 'm1', 'm2')).toEqual({ head: { position: 2, mac: rows[1]?.mac, anchoredPosition: 2, keyPrint: 'print' }, known: new Set(['m1']) });
    expect(await place.transaction((tx) => place.chain.last(tx))).toEqual(rows[1]);
    await append(place, ...rows.slice(2));
    expect((await load(place)).head.position).toBe(3);
  });

  it('refuses a gap, a number used before, a row that follows another one, and a fact that stands in it', async () => {
    const place = await open();
    const { rows } = written(4);
    await append(place, ...rows.slice(0, 1));
    await expect(append(place, ...rows.slice(2, 3))).rejects.toThrow();
    await expect(append(place, ...rows.slice(0, 1))).rejects.toThrow();
    await expect(append(place, ...sealAll(rows.slice(1, 2), GENESIS, mac))).rejects.toThrow();
    await expect(append(place, ...sealAll(rows.slice(1, 2).map((row) => ({ ...row, fact: 'm0' })), rows[0]?.mac ?? '', mac))).rejects.toThrow();
    expect((await load(place)).head.position).toBe(1);
  });
});

describe('a chain in PostgreSQL', () => {
  it('reads back what was written, to the last character: the chain holds', async () => {
    const place = await inPostgres();
    await auditDesk(place).hears(granted('O1', '李"娜\\'), granted('O2', ''), granted('订单-3', '\ud83d\ude00 ring 13812345678'));
    expect(await checked()).toEqual({ good: 3, fault: null, anchor: null });
    const [newest] = await auditReader(database).list({ orderId: '订单-3', limit: 10 });
    expect(newest).toMatchObject({ position: 3, at: NOON, actor: '\ud83d\ude00 ring 138****5678' });
    expect((await auditReader(database).list({ actor: '李"娜\\', since: NOON, limit: 10 })).map(({ position }) => position)).toEqual([1]);
    expect(await auditReader(database).list({ since: NOON + 1, limit: 10 })).toEqual([]);
    expect((await auditReader(database).list({ limit: 2 })).map(({ position }) => position)).toEqual([3, 2]);
  });

  it('numbers 120 acts 1 to 120 in one chain when 8 batches at once record them, half of them twice', async () => {
    const place = await inPostgres();
    const batches = Array.from({ length: 8 }, (_, batch) => Array.from({ length: 30 }, (_none, index) => granted(`O${index}`, '李娜', `m${(batch * 15 + index) % 120}`)));
    await Promise.all(batches.map((batch) => auditDesk(place).hears(...batch)));
    expect(await checked()).toEqual({ good: 120, fault: null, anchor: null });
  });

  it('has no row of a batch that is rolled back, and no gap after it', async () => {
    const place = await inPostgres();
    const failing: Place = { ...place, transaction: (work) => place.transaction(async (tx) => {
      await work(tx);
      throw new Error('the power went out');
    }) };
    await expect(auditDesk(failing).hears(granted('O1'))).rejects.toThrow('the power went out');
    await auditDesk(place).hears(granted('O2'));
    expect(await checked()).toEqual({ good: 1, fault: null, anchor: null });
  });

  it.each([
    ['changed', `update audit.entry set actor = 'somebody else'`], ['removed', 'delete from audit.entry where position = 1'], ['emptied', 'truncate audit.entry'],
  ])('cannot be %s: neither by its service nor by the owner of the table', async (_what, text) => {
    await auditDesk(await inPostgres()).hears(granted('O1'));
    await expect(asks(database, text)).rejects.toThrow();
    await expect(asOwner(text)).rejects.toThrow('an entry of the audit log is never changed or removed');
    await expect(asks(database, 'alter table audit.entry disable trigger keep_entries')).rejects.toThrow('must be owner');
    expect(await checked()).toEqual({ good: 1, fault: null, anchor: null });
  });

  it('walks 5,000 rows page by page, and names the one whose time was moved by a microsecond', async () => {
    const place = await inPostgres();
    await append(place, ...written(5_000).rows);
    expect(await checked()).toEqual({ good: 5_000, fault: null, anchor: null });
    await asOwner('alter table audit.entry disable trigger keep_entries');
    await asOwner(`update audit.entry set at = at + interval '1 microsecond' where position = 4321`);
    expect(await checked()).toMatchObject({ good: 4_320, fault: { kind: 'changed', position: 4_321 } });
  }, 30_000);
});
