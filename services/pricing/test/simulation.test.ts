import { days } from '@order-mesh/kernel';
import type { Outgoing, Unit } from '@order-mesh/messaging';
import type { Database } from '@order-mesh/platform';
import { advanceSimulations, noteSimulations, pgRuleBook, pgSimulationBook, rulebookMigrations } from '@order-mesh/rulebook';
import { hashOf, writeRuleSet, type RuleSet } from '@order-mesh/rules';
import { defaultPolicy } from '@order-mesh/contracts';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import { simulatedPoints } from '../src/usecases/simulated.ts';
import { pricingPoints } from '../src/domain/pricing-rules.ts';
import { pgPastDecisions } from '../src/outbound/pg-past-decisions.ts';
import { pgPricingBook } from '../src/outbound/pg-pricing-book.ts';
import { costs, deskWith, firstOrder, linesOf, NOON, price, quietLog, rulesAt } from './scene.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([rulebookMigrations, { schema: 'pricing', folder: new URL('../migrations/', import.meta.url) }]);
  database = server.open('pricing');
  const place = { book: pgPricingBook, rules: pgRuleBook({ service: 'pricing', points: Object.values(pricingPoints), policy: defaultPolicy, log: quietLog }), transaction: <Result>(work: Parameters<typeof database.transaction<Result>>[0]) => database.transaction(work) };
  const fivePercent = rulesAt('price', { id: 'lantern', when: { sku: '"P2"' }, then: { percentOff: 500, buy: 0, get: 0, floor: 0 } });
  const desk = await deskWith([firstOrder(), fivePercent], place);
  await desk.masterData(costs('P1', 900));
  await desk.commands(price('O1', 250), price('O2', 250), price('O3', 0, { lines: linesOf([10, 1_000], [10, 2_000]) }), price('O4', 100));
}, 90_000);

afterAll(async () => { await server?.stop(); }, 30_000);

const ports = { service: 'pricing', points: simulatedPoints, simulations: pgSimulationBook('pricing'), past: pgPastDecisions, log: quietLog };

async function inUnit<Result>(work: (unit: Unit) => Promise<Result>): Promise<{ readonly sent: readonly Outgoing[]; readonly result: Result }> {
  return database.transaction(async (tx) => {
    const sent: Outgoing[] = [];
    const result = await work({ tx, now: NOON, send: (message) => sent.push(message), afterCommit: () => {} });
    return { sent, result };
  });
}

/** Puts rules to the past, two orders a transaction; what was told last. */
async function simulated(simulationId: string, set: RuleSet) {
  const value = { simulationId, point: set.point, hash: hashOf(set), content: writeRuleSet(set), since: NOON, until: NOON + days(1), author: 'a', at: NOON };
  await inUnit((unit) => noteSimulations(ports)([{ type: 'SimulationAsked', value, id: simulationId, key: simulationId, at: NOON, trace: {} }], unit));
  const told: Outgoing[] = [];
  for (let more = true; more;) {
    const { sent, result } = await inUnit(advanceSimulations(ports, 2));
    told.push(...sent);
    more = result;
  }
  const last = told.at(-1);
  if (last?.type !== 'SimulationAdvanced') throw new Error('nothing was told');
  return { ...last.value, outcomes: JSON.parse(last.value.outcomes) as unknown, examples: JSON.parse(last.value.examples) as unknown };
}

it('shows what another promotion would have cost on orders that were priced', async () => {
  const everybody = rulesAt('promotion', { id: 'ten-off', when: { amount: '>= 200' }, then: { off: 1_000, percentOff: 0, budget: 0 } });
  const told = await simulated('s1', everybody);
  expect(told).toMatchObject({ point: 'promotion', state: 'done', total: 4, checked: 4, changed: 3, detail: '' });
  expect(told.outcomes).toEqual([
    { was: 'first-order', would: 'ten-off', orders: 1, amount: '25000', given: '3000', wouldGive: '1000', margin: { orders: 1, paid: '22000', wouldPay: '24000', cost: '900' } },
    // of O3 it is not known what its second product costs
    { was: 'none', would: 'ten-off', orders: 2, amount: '54000', given: '0', wouldGive: '2000', margin: { orders: 1, paid: '25000', wouldPay: '24000', cost: '900' } },
    { was: 'none', would: 'none', orders: 1, amount: '10000', given: '0', wouldGive: '0', margin: { orders: 1, paid: '10000', wouldPay: '10000', cost: '900' } },
  ]);
}, 60_000);

it('shows what another price of lines would have cost', async () => {
  const told = await simulated('s2', rulesAt('price', { id: 'lantern', when: { sku: '"P2"' }, then: { percentOff: 1_000, buy: 0, get: 0, floor: 0 } }));
  expect(told).toMatchObject({ state: 'done', checked: 4, changed: 1 });
  expect(told.outcomes).toEqual([
    { was: 'none', would: 'none', orders: 3, amount: '60000', given: '0', wouldGive: '0', margin: { orders: 3, paid: '57000', wouldPay: '57000', cost: '2700' } },
    { was: 'lantern', would: 'lantern', orders: 1, amount: '30000', given: '1000', wouldGive: '2000' },
  ]);
  expect(told.examples).toMatchObject([{ orderId: 'O3', given: '1000', wouldGive: '2000', facts: { sku: 'P2' } }]);
}, 60_000);

it('sees a new price on a product that had none, in every order that was priced', async () => {
  const told = await simulated('s4', rulesAt('price', { id: 'new', when: { sku: '"P1"', margin: '> 50' }, then: { percentOff: 1_000, buy: 0, get: 0, floor: 0 } }));
  expect(told).toMatchObject({ state: 'done', checked: 4, changed: 4, detail: expect.stringContaining('priced before their lines were kept') });
  expect(told.outcomes).toEqual([
    { was: 'none', would: 'new', orders: 3, amount: '60000', given: '0', wouldGive: '6000', margin: { orders: 3, paid: '57000', wouldPay: '51000', cost: '2700' } },
    // what it had is gone with its rule; of its first line the margin is 10 %
    { was: 'lantern', would: 'none', orders: 1, amount: '30000', given: '1000', wouldGive: '0' },
  ]);
}, 60_000);

it('sees of an order whose lines were not kept those on which a rule held', async () => {
  await database.query({ name: 'test.forget-lines', text: `update pricing.quote set content = (content::jsonb #- '{price,lines}')::text where order_id = 'O3'` });
  const told = await simulated('s5', rulesAt('price', { id: 'new', when: {}, then: { percentOff: 1_000, buy: 0, get: 0, floor: 0 } }));
  expect(told.outcomes).toContainEqual({ was: 'lantern', would: 'new', orders: 1, amount: '20000', given: '1000', wouldGive: '2000' });
}, 60_000);

it('shows which orders would have waited for a person', async () => {
  const told = await simulated('s3', rulesAt('anomaly', { id: 'large', when: { amount: '> 280' }, then: { verdict: 'ask', because: 'unusual-amount' } }));
  expect(told.outcomes).toContainEqual({ was: 'grant', would: 'ask', orders: 1, amount: '29000' });
}, 60_000);
