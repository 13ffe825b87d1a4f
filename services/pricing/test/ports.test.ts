import fc from 'fast-check';
import { defaultPolicy } from '@order-mesh/contracts';
import type { Transaction } from '@order-mesh/messaging';
import type { Database } from '@order-mesh/platform';
import { pgRuleBook, rulebookMigrations } from '@order-mesh/rulebook';
import { meetingOthers, startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import { pricingPoints } from '../src/domain/pricing-rules.ts';
import { pgPricingBook } from '../src/outbound/pg-pricing-book.ts';
import { cny, costs, customer, deskWith, firstOrder, inMemory, keeping, price, pricesIn, pricingDesk, quietLog, release, type Place } from './scene.ts';
import { ANOMALY, CUSTOMERS, ORDERS, play, step } from './story.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([rulebookMigrations, { schema: 'pricing', folder: new URL('../migrations/', import.meta.url) }]);
  database = server.open('pricing');
}, 90_000);

afterAll(async () => { await server?.stop(); }, 30_000);

async function inPostgres(): Promise<Place> {
  for (const table of ['pricing.customer', 'pricing.quote', 'pricing.budget', 'pricing.product', 'rulebook.live']) await database.query({ name: `test.empty-${table}`, text: `delete from ${table}` });
  return { book: pgPricingBook, rules: pgRuleBook({ service: 'pricing', points: Object.values(pricingPoints), policy: defaultPolicy, log: quietLog }), transaction: (work) => database.transaction(work) };
}

const SETS = [firstOrder(6_000), ANOMALY, keeping(525)];

it('keeps in PostgreSQL what it keeps in memory, whatever happens', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (story) => {
    const desks = [await deskWith(SETS, inMemory()), await deskWith(SETS, await inPostgres())];
    const told = await Promise.all(desks.map(async (desk) => {
      // the first product may not go below 950 fen, the second is guarded no more
      await desk.masterData(...CUSTOMERS.map(customer), costs('P1', 700), costs('P2', 300), costs('P1', 900), costs('P2', null));
      return { sent: await play(story, desk), quotes: await Promise.all(ORDERS.map(desk.quoteOf)), customers: await Promise.all(CUSTOMERS.map(desk.customer)), budget: await desk.budget() };
    }));
    expect(told[1]).toEqual(told[0]);
  }), { numRuns: 25 });
}, 120_000);

it('gives exactly 50 of 200 orders that come at once a budget that fits 50', async () => {
  const place = await inPostgres();
  const desk = await deskWith([firstOrder(50 * 3_000)], place);
  const customers = Array.from({ length: 200 }, (_, index) => `K${index}`);
  await desk.masterData(...customers.map(customer));
  const sent = await Promise.all(customers.map((customerId, index) => desk.commands(price(`O${index}`, 250, { customerId }))));
  expect(pricesIn(sent.flat()).filter(({ amount }) => amount === cny(220))).toHaveLength(50);
  expect(await desk.budget()).toMatchObject({ spent: 150_000n, isStopped: true });
}, 60_000);

it('gives one of 20 orders of a new customer that come at once what is for the first', async () => {
  const desk = await deskWith([firstOrder()], await inPostgres());
  const sent = await Promise.all(Array.from({ length: 20 }, (_, index) => desk.commands(price(`O${index}`, 250))));
  expect(pricesIn(sent.flat()).filter(({ amount }) => amount === cny(220))).toHaveLength(1);
  expect(await desk.customer()).toMatchObject({ orders: 20 });
}, 60_000);

it('decides anew when another has taken what it saw', async () => {
  const place = await inPostgres();
  const others = await deskWith([firstOrder(3_000)], place);
  await others.masterData(customer('C2'));
  const read = async (tx: Transaction) => {
    await place.book.load(tx, { customerIds: ['C1'], orderIds: ['O1'] });
    await place.book.budgets(tx, ['first-order']);
  };
  const { transaction, runs } = meetingOthers(place.transaction, read, (run) => (run === 1 ? others.commands(price('O2', 200, { customerId: 'C2' })) : Promise.resolve()));
  expect(pricesIn(await pricingDesk({ ...place, transaction }).commands(price('O1', 200)))).toMatchObject([{ amount: cny(200) }]);
  expect(runs()).toBe(2);
  await others.commands(release('O2'));
  expect(await others.budget()).toMatchObject({ spent: 0n });
}, 60_000);
