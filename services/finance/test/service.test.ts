import { topics } from '@order-mesh/contracts';
import { runAlone, until, type Alone } from '@order-mesh/testing';
import { financeService } from '../src/module.ts';
import { crm, mesh } from './books.ts';
import { confirmed, rejected } from './scene.ts';

let finance: Alone;

const settings = { RECONCILE_MINUTES: '0', RECONCILE_GRACE_SECONDS: '0', RECONCILE_SECOND_LOOK_SECONDS: '1' };

beforeAll(async () => { finance = await runAlone(financeService, [topics.financeEvents, topics.reconciliationCommands, topics.reconciliationEvents], settings); }, 90_000);
afterAll(async () => { await finance?.stop(); }, 60_000);

it('takes confirmed orders from Kafka and numbers each once', async () => {
  await finance.publish(confirmed('O1'), confirmed('O2'), rejected('O3'), confirmed('O1'));
  expect(await finance.heard(3)).toEqual(['O1 OrderRecorded', 'O1 OrderRecorded', 'O2 OrderRecorded']);
  expect(await finance.database.query({ name: 'entries', text: 'select series, array_agg(entry_no order by entry_no)::text as numbers from finance.entry group by series having count(*) <> max(entry_no)' })).toEqual([]);
  expect(await finance.database.query({ name: 'orders', text: 'select order_id from finance.entry order by order_id' })).toEqual([{ order_id: 'O1' }, { order_id: 'O2' }]);
}, 60_000);

it('reconciles over Kafka: asks for the books, goes on after a restart, and tells what differs', async () => {
  const orderId = 'O1';
  await finance.publish({ type: 'StartReconciliation', value: { runId: 'R1', days: 0, requestedBy: '李娜', requestedAt: Date.now() }, key: 'R1' });
  for (const look of [1, 2]) {
    await until(`look ${look}`, async () => finance.said.some((message) => message.type === 'ReadStatement' && message.value.look === look));
    if (look === 1) await finance.restart();
    const page = { runId: 'R1', look, page: 1, isLast: true };
    await finance.publish(
      { type: 'ErpStatement', value: { ...page, documents: [] }, key: 'R1' },
      { type: 'CrmStatement', value: { ...page, orders: [crm({ orderId, activatedAt: Date.now() - 5_000 })] }, key: 'R1' },
      { type: 'OrderStatement', value: { ...page, orders: [mesh({ orderId, placedAt: Date.now() - 5_000, changedAt: Date.now() - 4_000 })] }, key: 'R1' },
    );
  }
  const ended = await until('the end', async () => finance.said.find((message) => message.type === 'ReconciliationFinished'));
  expect(ended.value).toMatchObject({ runId: 'R1', outcome: 'differs', orders: 1, openDifferences: 2 });
  expect(finance.said.flatMap((message) => (message.type === 'DifferenceChanged' ? [`${message.value.class} ${message.value.status}`] : [])).sort()).toEqual(['missing-in-erp open', 'missing-in-erp open']);
}, 90_000);
