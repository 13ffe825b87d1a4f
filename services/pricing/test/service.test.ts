import { topics } from '@order-mesh/contracts';
import { runAlone, until, type Alone } from '@order-mesh/testing';
import { pricingService } from '../src/module.ts';
import { customer, firstOrder, price, published, release } from './scene.ts';

let pricing: Alone;

beforeAll(async () => { pricing = await runAlone(pricingService, [topics.pricingEvents]); }, 90_000);
afterAll(async () => { await pricing?.stop(); }, 60_000);

it('takes orders from Kafka, prices each by the rules in force, and takes prices back', async () => {
  await pricing.publish(customer(), published(1, firstOrder(3_000)));
  await until('the rules', async () => (await pricing.database.query({ name: 'live', text: `select from rulebook.live where service = 'pricing'` })).length === 1);
  await until('the customer', async () => (await pricing.database.query({ name: 'customer', text: 'select from pricing.customer where is_named' })).length === 1);

  await pricing.publish(price('O1', 200), price('O2', 200), release('O2'));
  expect(await pricing.heard(3)).toEqual(['O1 OrderPriced', 'O2 OrderPriced', 'O2 PriceReleased']);
  expect(await pricing.database.query({ name: 'books', text: `select status, amount from pricing.quote where order_id = 'O1'` })).toEqual([{ status: 'priced', amount: 17_000n }]);
}, 60_000);
