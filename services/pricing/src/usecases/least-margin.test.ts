import fc from 'fast-check';
import type { DiscountCut, LineDiscount, OrderPriced } from '@order-mesh/contracts';
import { fen } from '@order-mesh/kernel';
import type { Outgoing } from '@order-mesh/messaging';
import { costs, deskWith, firstOrder, keeping, linesOf, price, pricesIn, rulesAt } from '../../test/scene.ts';

const answersIn = (sent: readonly Outgoing[]): readonly OrderPriced[] => sent.flatMap((message) => (message.type === 'OrderPriced' ? [message.value] : []));
const off = ({ discounts }: { readonly discounts: readonly LineDiscount[] }, rule: string): bigint => discounts.filter((one) => one.rule === rule).reduce((sum, { amount }) => sum + amount, 0n);
const cut = (rule: string, amount: number) => expect.objectContaining({ rule, amount: fen(BigInt(amount)) } satisfies Partial<DiscountCut>);

const half = rulesAt('price', { id: 'half', when: { sku: '"P1"' }, then: { percentOff: 5_000, buy: 0, get: 0, floor: 0 } });
const halfOrder = rulesAt('promotion', { id: 'half-order', when: {}, then: { off: 0, percentOff: 5_000, budget: 0 } });
const tenth = rulesAt('rebate', { id: 'tenth', when: {}, then: { percent: 1_000 } });

describe('the least margin', () => {
  it('is kept by a line whatever its price rule says; what is cut is said, with the rule that keeps it', async () => {
    const desk = await deskWith([half, keeping(2_000)]);
    await desk.masterData(costs('P1', 60));
    const [priced] = answersIn(await desk.commands(price('O1', 0, { lines: linesOf([10, 100]) })));
    // 600 fen of cost and a margin of 20 %: 750 fen at least
    expect(priced).toMatchObject({ listAmount: 1_000n, amount: 750n, discounts: [{ rule: 'half', amount: 250n }] });
    expect(priced?.cuts).toEqual([{ lineNo: 1, amount: 250n, point: 'price', rule: 'half', title: 'rule half', keptBy: ['rule least-margin'] }]);
    expect(priced?.decisions).toContainEqual(expect.objectContaining({ point: 'margin-guard', rule: 'least-margin', facts: expect.stringContaining('"margin":4000') }));
  });

  it('is kept by every line when a promotion is for the whole order: others bear more, and what none can bear is cut', async () => {
    const desk = await deskWith([halfOrder, keeping(1_000)]);
    await desk.masterData(costs('P1', 90), costs('P2', 9));
    const [shared, tight] = answersIn(await desk.commands(price('O1', 0, { lines: linesOf([1, 100], [10, 100]) }), price('O2', 0, { lines: linesOf([9, 100], [1, 100]) })));
    expect([shared, shared && off(shared, 'half-order')]).toMatchObject([{ amount: 550n, cuts: [], discounts: [{ lineNo: 2 }] }, 550n]);
    // the second line can bear 90 of the 500
    expect(tight).toMatchObject({ amount: 910n, discounts: [{ lineNo: 2, amount: 90n }], cuts: [{ lineNo: null, amount: 410n, point: 'promotion', rule: 'half-order', keptBy: ['rule least-margin'] }] });
  });

  it('is kept by the rebate, too, and is what all of them together leave', async () => {
    const desk = await deskWith([half, halfOrder, tenth, keeping(1_000)]);
    await desk.masterData(costs('P1', 45));
    const [priced] = answersIn(await desk.commands(price('O1', 0, { lines: linesOf([10, 100]) })));
    expect(priced).toMatchObject({ amount: 500n, discounts: [{ rule: 'half' }] });
    expect(priced?.cuts).toEqual([cut('half-order', 250), cut('tenth', 50)]);
  });

  it('takes from the budget of a promotion what it really gives', async () => {
    const desk = await deskWith([firstOrder(10_000), keeping(1_000)]);
    await desk.masterData(costs('P1', 17_500));
    expect(answersIn(await desk.commands(price('O1', 200)))).toMatchObject([{ amount: 19_445n, cuts: [{ rule: 'first-order', amount: 3_000n - 555n }] }]);
    expect(await desk.budget()).toMatchObject({ spent: 555n });
  });

  it('lets nothing be taken off goods that are sold below it already, and does not raise their price', async () => {
    const desk = await deskWith([half, keeping(1_000)]);
    await desk.masterData(costs('P1', 120));
    expect(answersIn(await desk.commands(price('O1', 0, { lines: linesOf([1, 100]) })))).toMatchObject([{ amount: 100n, discounts: [], cuts: [{ amount: 50n }] }]);
  });

  it('gives way to the floor of a price rule where that is higher', async () => {
    const floored = rulesAt('price', { id: 'floored', when: {}, then: { percentOff: 5_000, buy: 0, get: 0, floor: 9_000 } });
    const desk = await deskWith([floored, keeping(1_000)]);
    await desk.masterData(costs('P1', 45));
    expect(answersIn(await desk.commands(price('O1', 0, { lines: linesOf([10, 100]) })))).toMatchObject([{ amount: 900n, cuts: [{ rule: 'floored', amount: 400n, keptBy: ['rule floored'] }] }]);
  });

  it('is asked for by nobody where the cost is not known, or known no more', async () => {
    const desk = await deskWith([half, keeping(2_000)]);
    expect(pricesIn(await desk.commands(price('O1', 0, { lines: linesOf([10, 100]) })))).toMatchObject([{ amount: 500n }]);
    await desk.masterData(costs('P1', 60), costs('P1', null));
    expect(answersIn(await desk.commands(price('O2', 0, { lines: linesOf([10, 100]) })))).toMatchObject([{ amount: 500n, cuts: [] }]);
  });

  it('is another for what the rules say it is another for', async () => {
    const clearance = rulesAt('guard', { id: 'clearance', when: { sku: '"P1"', margin: '< 50' }, then: { least: 0 } }, { id: 'least-margin', when: {}, then: { least: 2_000 } });
    const desk = await deskWith([half, clearance]);
    await desk.masterData(costs('P1', 60));
    expect(pricesIn(await desk.commands(price('O1', 0, { lines: linesOf([10, 100]) })))).toMatchObject([{ amount: 500n }]);
  });
});

it('tells the rules of a line which margin it has, and those of anomalies that of the order', async () => {
  const rich = rulesAt('price', { id: 'rich', when: { margin: '[40..99]' }, then: { percentOff: 1_000, buy: 0, get: 0, floor: 0 } });
  const poor = rulesAt('anomaly', { id: 'poor', when: { margin: '< 30' }, then: { verdict: 'ask', because: 'large-discount' } });
  const desk = await deskWith([rich, poor]);
  await desk.masterData(costs('P1', 60), costs('P2', 61));
  const sent = await desk.commands(price('O1', 0, { lines: linesOf([10, 100]) }), price('O2', 0, { lines: linesOf([1, 1], [10, 100]) }), price('O3', 0, { lines: linesOf([1, 100], [1, 100], [1, 100]) }), price('O4', 0, { lines: linesOf([10, 80]) }));
  expect(sent).toMatchObject([
    { type: 'OrderPriced', value: { amount: 900n } }, { type: 'OrderPriced' }, { type: 'OrderPriced' }, { type: 'PricingRefused', value: { reason: 'large-discount' } },
  ]);
});

const part = fc.integer({ min: 0, max: 10_000 });
const said = fc.record({ percentOff: part, onOrder: part, floor: part, least: fc.integer({ min: 0, max: 9_900 }) });
const goods = fc.record({ quantity: fc.integer({ min: 1, max: 20_000 }), unitPrice: fc.integer({ min: 0, max: 5_000 }), unitCost: fc.option(fc.integer({ min: 0, max: 5_000 })) });

it('is a law: nothing brings a line below its floor or its least margin, and a cut names who keeps it', async () => {
  await fc.assert(fc.asyncProperty(fc.array(goods, { minLength: 1, maxLength: 5 }), said, async (lines, { percentOff, onOrder, floor, least }) => {
    const desk = await deskWith([
      rulesAt('price', { id: 'line', when: {}, then: { percentOff, buy: 0, get: 0, floor } }), rulesAt('promotion', { id: 'order', when: {}, then: { off: 0, percentOff: onOrder, budget: 0 } }), tenth, keeping(least),
    ]);
    await desk.masterData(...lines.flatMap(({ unitCost }, index) => (unitCost === null ? [] : [costs(`P${index + 1}`, unitCost)])));
    const [priced] = answersIn(await desk.commands(price('O1', 0, { lines: linesOf(...lines.map(({ quantity, unitPrice }) => [quantity, unitPrice] as const)) })));
    lines.forEach(({ quantity, unitPrice, unitCost }, index) => {
      const list = BigInt(quantity) * BigInt(unitPrice);
      const taken = (priced?.discounts ?? []).filter(({ lineNo }) => lineNo === index + 1).reduce((sum, { amount }) => sum + amount, 0n);
      const paid = list - taken;
      if (taken === 0n) return;
      expect(paid * 10_000n >= list * BigInt(floor)).toBe(true);
      if (unitCost !== null && least > 0) expect((paid - BigInt(unitCost) * BigInt(quantity)) * 10_000n >= paid * BigInt(least)).toBe(true);
    });
    for (const { amount, keptBy } of priced?.cuts ?? []) expect([amount > 0n, keptBy.length > 0]).toEqual([true, true]);
  }));
});
