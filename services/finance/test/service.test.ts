import { topics } from '@order-mesh/contracts';
import { runAlone, type Alone } from '@order-mesh/testing';
import { financeService } from '../src/module.ts';
import { confirmed, rejected } from './scene.ts';

let finance: Alone;

beforeAll(async () => { finance = await runAlone(financeService, [topics.financeEvents]); }, 90_000);
afterAll(async () => { await finance?.stop(); }, 60_000);

it('takes confirmed orders from Kafka and numbers each once', async () => {
  await finance.publish(confirmed('O1'), confirmed('O2'), rejected('O3'), confirmed('O1'));
  expect(await finance.heard(3)).toEqual(['O1 OrderRecorded', 'O1 OrderRecorded', 'O2 OrderRecorded']);
  expect(await finance.database.query({ name: 'entries', text: 'select series, array_agg(entry_no order by entry_no)::text as numbers from finance.entry group by series having count(*) <> max(entry_no)' })).toEqual([]);
  expect(await finance.database.query({ name: 'orders', text: 'select order_id from finance.entry order by order_id' })).toEqual([{ order_id: 'O1' }, { order_id: 'O2' }]);
}, 60_000);
