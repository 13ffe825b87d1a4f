import { topics } from '@order-mesh/contracts';
import { runAlone, type Alone } from '@order-mesh/testing';
import { startU8, USUAL_SENDER, type U8Simulator } from '@order-mesh/u8-simulator';
import { erpAdapterService } from '../src/module.ts';
import { accountant } from './doors.ts';
import { basket, documentsOf, sample, stateOf, until } from './scene.ts';

let u8: U8Simulator;
let erp: Alone;

beforeAll(async () => {
  u8 = await startU8({ port: 0, sample });
  const env = { U8_MODE: 'eai', U8_EAI_URL: `${u8.url}/u8eai/import.asp`, U8_EAI_SENDER: USUAL_SENDER, ERP_POLL_SECONDS: '1' };
  erp = await runAlone(erpAdapterService, [topics.erpEvents, topics.masterdataEvents], env);
}, 90_000);
afterAll(async () => {
  await erp?.stop();
  await u8?.close();
}, 60_000);

const count = (type: string) => erp.said.filter((one) => one.type === type).length;
const answersTo = (orderId: string) => erp.said.filter(({ key, type }) => key === orderId && type !== 'ReceivableChanged').map(({ type }) => type);

it('tells what U8 knows, books and takes back from Kafka, and tells of a receivable when the accountant has verified it', async () => {
  const receivables = sample.customers.flatMap((customer) => customer.receivables).length;
  await until(() => count('CustomerChanged') === sample.customers.length && count('StockLevelChanged') === sample.products.length && count('ReceivableChanged') === receivables, 'all three lists', 30_000);
  const ids = Array.from({ length: 12 }, (_, index) => `K${index}`);
  const calledOff = { type: 'UnbookOrder' as const, value: { orderId: 'K0' }, key: 'K0' };
  await erp.publish(...ids.map((id, index) => ({ type: 'BookOrder' as const, value: basket(id, index), key: id })), calledOff);
  await until(() => ids.slice(1).every((id) => answersTo(id).length > 0) && answersTo('K0').includes('OrderUnbooked'), 'all are answered', 30_000);
  const live = (await documentsOf(u8)).filter((document) => document.live);
  expect(stateOf(live)).toEqual([...Array<string>(11).fill('oughtreceive 开立'), ...Array<string>(11).fill('saleorder 开立')]);
  expect(count('ReceivableChanged')).toBe(receivables);
  await accountant(u8.url, 'oughtreceive', 'verify', 'AR-K1');
  await until(() => count('ReceivableChanged') === receivables + 1, 'the receivable is told', 30_000);
}, 120_000);
