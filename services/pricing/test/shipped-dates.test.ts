import type { Instant } from '@order-mesh/kernel';
import { loadSample, type SampleOrder } from '@order-mesh/simulator';
import { shippedRules, type RuleSet } from '@order-mesh/rules';
import { pricingPoints } from '../src/domain/pricing-rules.ts';
import { customer, deskWith, linesOf, price, pricesIn, receivable } from './scene.ts';

const { customers, orders } = loadSample();
const regions = new Map(customers.map(({ id, region }) => [id, region]));
const shipped = shippedRules({ freezeAfterDaysOverdue: 45, replenishToTimesSafety: 2 });
const atPricing = Object.values(pricingPoints).map(({ name }) => shipped.get(name)).filter((set) => set !== undefined);
const undated = atPricing.map((set): RuleSet => ({ ...set, rules: set.rules.filter(({ from, until }) => from === null && until === null) }));
const dated = atPricing.flatMap(({ rules }) => rules.filter(({ from, until }) => from !== null || until !== null));

const begins = (day: string): Instant => Date.parse(`${day}T00:00:00+08:00`);

/** What orders of the sample cost that were placed at one moment, each by a customer that has bought before. */
async function costsOn(startedAt: Instant, sets: readonly RuleSet[]) {
  const desk = await deskWith(sets);
  await desk.masterData(...customers.flatMap(({ id }) => [customer(id), receivable({ receivableId: `AR-${id}`, customerId: id })]));
  return pricesIn(await desk.commands(...orders.map(({ number, customerId, lines }) => price(number, 0, { customerId, region: regions.get(customerId) ?? '', startedAt, lines: linesAs(lines) }))));
}

const linesAs = (lines: SampleOrder['lines']) => linesOf(...lines.map(({ quantity, unitPriceFen }) => [quantity, unitPriceFen] as const));

describe('the shipped rules that have dates', () => {
  it('begin with the Spring Festival of 2027, and each has a beginning and an end', () => {
    expect(Math.min(...dated.map(({ from }) => from ?? 0))).toBe(begins('2027-01-18'));
    expect(dated.filter(({ from, until }) => from === null || until === null)).toEqual([]);
  });

  // the last moment before, the first after, and gaps between: festivals and seasons leave those days alone
  it.each(['2026-06-01', '2026-11-28', '2027-01-17', '2027-02-22', '2027-03-15', '2027-05-10', '2027-07-01', '2027-10-10', '2028-01-01'])('change nothing for the orders of the sample on %s', async (day) => {
    const prices = await costsOn(begins(day), atPricing);
    expect(prices).toHaveLength(orders.length);
    expect(prices).toEqual(await costsOn(begins(day), undated));
  });

  it('change nothing in the second before they begin, and something in the first of them', async () => {
    const before = begins('2027-01-18') - 1_000;
    expect(await costsOn(before, atPricing)).toEqual(await costsOn(before, undated));
    expect(await costsOn(begins('2027-01-18'), atPricing)).not.toEqual(await costsOn(begins('2027-01-18'), undated));
  });
});
