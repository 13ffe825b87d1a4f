import { settableClock, seconds } from '@order-mesh/kernel';
import type { Database } from '@order-mesh/platform';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import { openVault, privacyMigrations, type Delivery } from '../src/index.ts';

const MASTER = 'a-master-key-of-32-characters-or-more';
let server: TestDatabase;
let database: Database;
const clock = settableClock(0);

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([privacyMigrations]);
  database = server.open();
}, 60_000);
beforeEach(async () => { for (const table of ['contact_key', 'master']) await database.query({ name: `test.empty-${table}`, text: `delete from privacy.${table}` }); });
afterAll(() => server?.stop(), 30_000);

const vault = (master = MASTER) => openVault(master, { database, clock });
const delivery = (orderId: string, contact = '王芳', customerId = 'C1'): Delivery => ({ orderId, customerId, shipTo: { contact, phone: '13812341234', region: '上海', city: '上海', street: '南京东路 1 号' } });
const sealed = (deliveries: readonly Delivery[], by = vault()) => database.transaction((tx) => by.seal(tx, deliveries));
const erased = (what: Parameters<ReturnType<typeof vault>['erase']>[1], by = vault()) => database.transaction((tx) => by.erase(tx, what));

describe('contacts in PostgreSQL', () => {
  it('are sealed under one key a person and customer, and opened by any process that has the master key', async () => {
    const [one, other, third, elsewhere] = await sealed([delivery('O1'), delivery('O2'), delivery('O3', '李雷'), delivery('O4', '王芳', 'C2')]);
    const keys = [one, other, third, elsewhere].map((address) => address?.street.split(':')[2]);
    expect([new Set(keys).size, keys[0] === keys[1]]).toEqual([3, true]);
    expect(await vault().open('O1', one ?? delivery('O1').shipTo)).toEqual({ type: 'open', address: delivery('O1').shipTo });
    const rows = await database.query<{ readonly text: string }>({ name: 'test.rows', text: 'select k::text as text from privacy.contact_key k' });
    expect(rows.map(({ text }) => text).join()).not.toMatch(/王芳|李雷|13812341234/);
  });

  it('are the same bytes when they are sealed again, by another process, or by two at once', async () => {
    const twice = await Promise.all([sealed([delivery('O1'), delivery('O2', '李雷')]), sealed([delivery('O2', '李雷'), delivery('O1')].toReversed())]);
    expect(twice[0]).toEqual(twice[1]);
    expect(await sealed([delivery('O1')])).toEqual(twice[0].slice(0, 1));
  });

  it('are gone with their key, at once here and after half a minute wherever they were just read, and the second time there is nothing left to do', async () => {
    const [here, there] = [vault(), vault()];
    const [address = delivery('O1').shipTo] = await sealed([delivery('O1')], here);
    await there.open('O1', address);
    expect(await erased({ customerId: 'C1' }, here)).toMatchObject([{ customerId: 'C1', isNew: true }]);
    expect([(await here.open('O1', address)).type, (await there.open('O1', address)).type]).toEqual(['erased', 'open']);
    clock.advance(seconds(31));
    expect((await there.open('O1', address)).type).toBe('erased');
    expect(await erased({ customerId: 'C1' }, here)).toMatchObject([{ isNew: false }]);
    expect(await erased({ keys: ['nobody'] })).toEqual([]);
    const [anew] = await sealed([delivery('O1')], here);
    expect(anew).not.toEqual(address);
  });

  it('do not open for another order, nor where they were never sealed', async () => {
    const [address = delivery('O1').shipTo] = await sealed([delivery('O1')]);
    expect((await vault().open('O2', address)).type).toBe('unreadable');
    expect((await vault().open('O1', { ...address, street: `sealed:1:${'x'.repeat(22)}:abc` })).type).toBe('unreadable');
  });
});

describe('a master key', () => {
  it('is the one that contacts were sealed under, or the service says which one it needs', async () => {
    await vault().check();
    await vault().check();
    await expect(vault(`${MASTER}!`).check()).rejects.toThrow('PRIVACY_KEY is not the master key');
    await expect(vault('').check()).rejects.toThrow('PRIVACY_KEY_FILE must name the file');
    const [address = delivery('O1').shipTo] = await sealed([delivery('O1')]);
    await expect(vault('').open('O1', address)).rejects.toThrow('PRIVACY_KEY_FILE must name the file');
    await expect(vault(`${MASTER}!`).open('O1', address)).rejects.toThrow('another master key');
  });

  it('may be missing where nothing is sealed: everything stays as it is', async () => {
    await vault('').check();
    expect(await sealed([delivery('O1')], vault(''))).toEqual([delivery('O1').shipTo]);
    expect(await vault('').open('O1', delivery('O1').shipTo)).toEqual({ type: 'open', address: delivery('O1').shipTo });
  });
});
