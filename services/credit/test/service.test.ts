import { topics } from '@order-mesh/contracts';
import { runAlone, until, type Alone } from '@order-mesh/testing';
import { creditService } from '../src/module.ts';
import { cny, confirmed, customer, hold, receivable, release } from './scene.ts';

let credit: Alone;

beforeAll(async () => { credit = await runAlone(creditService, [topics.creditEvents]); }, 90_000);
afterAll(async () => { await credit?.stop(); }, 60_000);

it('takes orders from Kafka, answers each, and follows them to their receivable', async () => {
  await credit.publish(customer(cny(1_000)));
  await until('the customer', async () => (await credit.database.query({ name: 'account', text: 'select from credit.account' })).length === 1);

  await credit.publish(hold('O1', cny(400)), hold('O2', cny(601)), hold('O3', cny(100)), release('O3'));
  expect(await credit.heard(4)).toEqual(['O1 CreditHeld', 'O2 CreditRefused', 'O3 CreditHeld', 'O3 CreditReleased']);

  await credit.publish(confirmed('O1'));
  await credit.publish(receivable(cny(400), { orderId: 'O1' }));
  const invoiced = { name: 'books', text: `select owed, held from credit.account where exists (select from credit.hold where order_id = 'O1' and status = 'invoiced')` };
  expect(await until('the invoice', async () => (await credit.database.query(invoiced))[0])).toEqual({ owed: cny(400), held: 0n });
}, 60_000);
