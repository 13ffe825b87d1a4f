import { topics, type BookOrder } from '@order-mesh/contracts';
import { startU8, type U8Simulator } from '@order-mesh/u8-simulator';
import { runAlone, type Alone } from '@order-mesh/testing';
import { erpAdapterService } from '../src/module.ts';
import { basket, documentsOf, sample, stateOf, until } from './scene.ts';

let u8: U8Simulator;
let erp: Alone;

beforeAll(async () => {
  u8 = await startU8({ port: 0, sample });
  erp = await runAlone(erpAdapterService, [topics.erpEvents, topics.masterdataEvents], { U8_URL: u8.url, ERP_POLL_SECONDS: '1' });
}, 90_000);
afterAll(async () => {
  await erp?.stop();
  await u8?.close();
}, 60_000);

const count = (type: string) => erp.said.filter((one) => one.type === type).length;
const book = (value: BookOrder) => ({ type: 'BookOrder' as const, value, key: value.orderId });
const unbook = (orderId: string) => ({ type: 'UnbookOrder' as const, value: { orderId }, key: orderId });
const answersTo = (orderId: string) => erp.said.filter(({ key, type }) => key === orderId && type !== 'ReceivableChanged').map(({ type }) => type);

it('tells what U8 knows at its start, and follows it', async () => {
  const receivables = sample.customers.flatMap((customer) => customer.receivables).length;
  // the lists are read one after the other
  await until(() => count('CustomerChanged') === sample.customers.length && count('StockLevelChanged') === sample.products.length && count('ReceivableChanged') >= receivables, 'all three lists', 30_000);
  expect(count('ReceivableChanged')).toBe(receivables);
}, 60_000);

it('books from Kafka, takes back from Kafka, and tells of the receivable', async () => {
  const orders = Array.from({ length: 40 }, (_, index) => basket(`K${index}`, index));
  const before = count('ReceivableChanged');
  await erp.publish(...orders.map(book), unbook('K0'));
  await until(() => count('OrderBooked') >= 39 && answersTo('K0').includes('OrderUnbooked'), 'all are answered', 30_000);
  await erp.publish(unbook('K1'), book(orders[2] ?? basket('K2', 2)));
  await until(() => answersTo('K1').includes('OrderUnbooked') && answersTo('K2').length === 2, 'undo and repetition are answered', 30_000);
  expect(answersTo('K2')).toEqual(['OrderBooked', 'OrderBooked']);
  const live = (await documentsOf(u8)).filter((document) => document.live);
  expect(live).toHaveLength(38 * 2);
  expect(new Set(live.map(({ kind, externalRef }) => `${kind} ${externalRef}`)).size).toBe(38 * 2);
  await until(() => count('ReceivableChanged') >= before + 38, 'the receivables are told', 30_000);
}, 90_000);

it('goes on after a restart: calls that were waiting, facts that were known', async () => {
  const told = count('StockLevelChanged');
  u8.faults.add([{ match: 'POST /api/saleorder/add', status: 503 }]);
  await erp.publish(book(basket('R1', 50)));
  await until(() => u8.faults.list().some(({ fired }) => fired > 0), 'U8 was asked');
  await erp.restart();
  u8.faults.clear();
  await until(() => answersTo('R1').length > 0, 'R1 is answered', 30_000);
  expect(answersTo('R1')).toEqual(['OrderBooked']);
  expect(stateOf(await documentsOf(u8, 'R1'))).toEqual(['oughtreceive 审核', 'saleorder 审核']);
  // Booking an order changes what U8 promises, not what lies on the shelf
  expect(count('StockLevelChanged')).toBe(told);
}, 90_000);
