import { topics } from '@order-mesh/contracts';
import { runAlone, until, type Alone } from '@order-mesh/testing';
import { inventoryService } from '../src/module.ts';
import { confirmed, counted, line, lock, release } from './scene.ts';

let inventory: Alone;

beforeAll(async () => { inventory = await runAlone(inventoryService, [topics.inventoryEvents], { INVENTORY_EXPIRE_EVERY_SECONDS: '1' }); }, 90_000);
afterAll(async () => { await inventory?.stop(); }, 60_000);

it('takes orders from Kafka, answers each, keeps what is confirmed and gives back what ran out', async () => {
  await inventory.publish(counted('PEN', 10));
  await until('the count', async () => (await inventory.database.query({ name: 'level', text: 'select from inventory.level' })).length === 1);

  await inventory.publish(lock('O1', line('PEN', 4)));
  expect(await inventory.heard(1)).toEqual(['O1 StockLocked']);
  await inventory.publish(lock('O2', line('PEN', 7)), lock('O3', line('PEN', 2)), release('O3'), lock('O4', line('PEN', 1)));
  expect(await inventory.heard(4)).toEqual(['O2 StockRefused', 'O3 StockLocked', 'O3 StockReleased', 'O4 StockLocked']);

  await inventory.publish(confirmed('O1'));
  const statuses = { name: 'locks', text: 'select order_id, status from inventory.stock_lock order by order_id' };
  await until('the commitment', async () => (await inventory.database.query<{ status: string }>(statuses))[0]?.status === 'committed');
  await inventory.database.query({ name: 'age', text: `update inventory.stock_lock set expires_at = now() where status = 'locked'` });
  await until('the expiry', async () => (await inventory.database.query<{ status: string }>(statuses)).some(({ status }) => status === 'expired'));
  expect(await inventory.database.query(statuses)).toEqual(
    [['O1', 'committed'], ['O2', 'refused'], ['O3', 'released'], ['O4', 'expired']].map(([order_id, status]) => ({ order_id, status })));
  expect(await inventory.database.query({ name: 'reserved', text: 'select reserved from inventory.level' })).toEqual([{ reserved: 4 }]);
}, 60_000);
