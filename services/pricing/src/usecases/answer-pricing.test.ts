import { fen } from '@order-mesh/kernel';
import { cny, costs, customer, deskWith, firstOrder, linesOf, NOON, price, pricesIn, published, receivable, release, rulesAt } from '../../test/scene.ts';

describe('a promotion for first orders', () => {
  it('takes 30 off the first order from 200 yuan on, says by which rule, and nothing off the next', async () => {
    const desk = await deskWith([firstOrder()]);
    const sent = await desk.commands(price('O1', 200), price('O2', 200));
    expect(sent).toEqual([
      {
        type: 'OrderPriced', value: {
          orderId: 'O1', customerId: 'C1', listAmount: cny(200), amount: cny(170), revision: 0, decisions: [expect.objectContaining({ point: 'promotion', rule: 'first-order', title: 'rule first-order', decidedAt: NOON })],
          discounts: [{ lineNo: 1, amount: cny(30), point: 'promotion', rule: 'first-order', title: 'rule first-order' }], cuts: [], cost: null,
        },
      },
      { type: 'OrderPriced', value: { orderId: 'O2', customerId: 'C1', listAmount: cny(200), amount: cny(200), revision: 0, discounts: [], cuts: [], decisions: [], cost: null } },
    ]);
    expect(await desk.customer()).toMatchObject({ orders: 2, amount: 37_000n, firstOrder: 'O1' });
    expect(await desk.quoteOf('O1')).toMatchObject({ price: { records: [{ rule: null }, { rule: 'first-order', facts: { isFirstOrder: true, amount: 20_000 } }, { rule: null }, { rule: null, said: { verdict: 'grant' } }] } });
  });

  it('is for customers that the ERP has named and knows nothing old of', async () => {
    const desk = await deskWith([firstOrder()]);
    expect(pricesIn(await desk.commands(price('O1', 300, { customerId: 'C9' })))).toMatchObject([{ amount: cny(300) }]);
    await desk.masterData(customer('C2'), receivable({ customerId: 'C2' }), customer('C3'), receivable({ receivableId: 'R3', customerId: 'C3', orderId: 'O0' }));
    expect(pricesIn(await desk.commands(price('O2', 300, { customerId: 'C2' }), price('O3', 300, { customerId: 'C3' })))).toMatchObject([{ amount: cny(300) }, { amount: cny(270) }]);
  });

  it('is there for the next order once the first one is undone', async () => {
    const desk = await deskWith([firstOrder()]);
    await desk.commands(price('O1', 200), release('O1'));
    expect(pricesIn(await desk.commands(price('O2', 200)))).toMatchObject([{ amount: cny(170) }]);
    expect(await desk.budget()).toMatchObject({ spent: 3_000n });
  });

  it('gives exactly 50 of 200 orders a budget that fits 50, and says once that it has stopped', async () => {
    const desk = await deskWith([firstOrder(50 * 3_000)]);
    const customers = Array.from({ length: 200 }, (_, index) => `K${index}`);
    await desk.masterData(...customers.map(customer));
    const sent = await desk.commands(...customers.map((customerId, index) => price(`O${index}`, 250, { customerId })));
    expect(pricesIn(sent).filter(({ amount }) => amount === cny(220))).toHaveLength(50);
    expect(sent.flatMap((message) => (message.type === 'BudgetExhausted' ? [message.value] : []))).toMatchObject([{ orderId: 'O50', rule: 'first-order', budget: cny(1_500), spent: cny(1_500) }]);
    await desk.commands(release('O7'));
    expect(pricesIn(await desk.commands(price('N1', 250, { customerId: 'K60' }), price('N2', 250, { customerId: 'K199' })))).toMatchObject([{ amount: cny(250) }, { amount: cny(250) }]);
    await desk.masterData(customer('K200'));
    expect(pricesIn(await desk.commands(price('N3', 250, { customerId: 'K200' })))).toMatchObject([{ amount: cny(220) }]);
    expect(await desk.budget()).toMatchObject({ spent: 150_000n, isStopped: false });
  });

  it('gives more as soon as a larger budget is in force', async () => {
    const desk = await deskWith([firstOrder(3_000)]);
    await desk.masterData(customer('C2'), customer('C3'));
    await desk.commands(price('O1', 200), price('O2', 200, { customerId: 'C2' }));
    await desk.published(published(2, firstOrder(9_000)));
    expect(pricesIn(await desk.commands(price('O3', 200, { customerId: 'C3' })))).toMatchObject([{ amount: cny(170) }]);
  });
});

describe('what is taken off lines', () => {
  it('is what rules say of each: a part, free units, never under its floor', async () => {
    const desk = await deskWith([rulesAt(
      'price', { id: 'ten-plus-one', when: { sku: '"P1"' }, then: { percentOff: 0, buy: 10, get: 1, floor: 0 } }, { id: 'five', when: { sku: '"P2"' }, then: { percentOff: 500, buy: 0, get: 0, floor: 0 } },
      { id: 'deep', when: { sku: '"P3"' }, then: { percentOff: 5_000, buy: 0, get: 0, floor: 8_000 } },
    )]);
    const [sent] = await desk.commands(price('O1', 0, { lines: linesOf([23, 100], [3, 333], [1, 1_001], [1, 700]) }));
    expect(sent).toMatchObject({
      value: {
        listAmount: 5_000n, amount: 5_000n - 200n - 49n - 200n,
        discounts: [{ lineNo: 1, amount: 200n, rule: 'ten-plus-one' }, { lineNo: 2, amount: 49n, rule: 'five' }, { lineNo: 3, amount: 200n, rule: 'deep' }],
      },
    });
    // the line about which nothing was said leaves no record
    expect((await desk.quoteOf('O1'))).toMatchObject({ price: { records: { length: 3 + 4 } } });
  });

  it('is shared out over the lines to the fen, promotion first and rebate on what is left', async () => {
    const desk = await deskWith([
      rulesAt('promotion', { id: 'tenner', when: {}, then: { off: 1_000, percentOff: 0, budget: 0 } }), rulesAt('rebate', { id: 'one', when: {}, then: { percent: 100 } }),
    ]);
    const [sent] = await desk.commands(price('O1', 0, { lines: linesOf([1, 3_333], [1, 3_333], [1, 3_334]) }));
    if (sent?.type !== 'OrderPriced') throw new TypeError('it is priced');
    const off = (rule: string): bigint => sent.value.discounts.filter((one) => one.rule === rule).reduce((sum, { amount }) => sum + amount, 0n);
    expect([off('tenner'), off('one'), sent.value.amount]).toEqual([1_000n, 90n, fen(8_910)]);
  });

  it('is whole fen a unit where a line has so many units that the ERP could not tell its total by a price', async () => {
    const desk = await deskWith([rulesAt('promotion', { id: 'half-fen', when: {}, then: { off: 15_000, percentOff: 0, budget: 0 } })]);
    expect(pricesIn(await desk.commands(price('O1', 0, { lines: linesOf([10_000, 100]) })))).toMatchObject([{ amount: fen(1_000_000 - 10_000) }]);
  });

  it('is more for a customer of a higher tier', async () => {
    const desk = await deskWith([
      rulesAt('tier', { id: 'a', when: { turnover: '>= 1000' }, then: { tier: 'A' } }), rulesAt('rebate', { id: 'a-rebate', when: { tier: '"A"' }, then: { percent: 200 } }),
    ]);
    expect(pricesIn(await desk.commands(price('O1', 1_000), price('O2', 1_000)))).toMatchObject([{ amount: cny(1_000) }, { amount: cny(980) }]);
  });
});

it('tells what the goods cost the company, to whoever is asked about the order; nothing where the cost of one is not known', async () => {
  const desk = await deskWith([rulesAt('anomaly', { id: 'large', when: { amount: '> 500' }, then: { verdict: 'ask', because: 'unusual-amount' } })]);
  await desk.masterData(costs('P1', 7_000));
  expect(await desk.commands(price('O1', 0, { lines: linesOf([10, 10_000]) }), price('O2', 0, { lines: linesOf([3, 10_000]) }), price('O3', 0, { lines: linesOf([1, 10_000], [1, 10_000]) }))).toMatchObject([
    { type: 'PricingRefused', value: { evidence: [{ listAmount: cny(1_000), amount: cny(1_000), cost: cny(700) }] } },
    { type: 'OrderPriced', value: { cost: cny(210) } }, { type: 'OrderPriced', value: { cost: null } },
  ]);
});

describe('an order that looks strange', () => {
  const strange = rulesAt(
    'anomaly', { id: 'ten-times', when: { times: '> 10' }, then: { verdict: 'ask', because: 'unusual-amount' } },
    { id: 'flood', when: { mostOfALine: '> 1000' }, then: { verdict: 'refuse', because: 'unusual-quantity' } },
  );

  it('is put to a person, whose approval overturns it; or refused for good', async () => {
    const desk = await deskWith([strange]);
    await desk.commands(price('O1', 100));
    expect(await desk.commands(price('O2', 1_001))).toMatchObject([{
      type: 'PricingRefused', value: { reason: 'unusual-amount', appealable: true, detail: 'rule ten-times: 1001.00 yuan instead of 1001.00 for 1 units, its orders come to 100.00 yuan on average' },
    }]);
    expect(await desk.customer()).toMatchObject({ orders: 1 });
    expect(await desk.commands(price('O2', 1_001))).toMatchObject([{ type: 'PricingRefused', value: { evidence: [{ listAmount: cny(1_001), amount: cny(1_001), cost: null }] } }]);
    expect(pricesIn(await desk.commands(price('O2', 1_001, { approvalId: 'O2:price' })))).toMatchObject([{ amount: cny(1_001) }]);
    expect(await desk.commands(price('O3', 0, { lines: linesOf([1_001, 1]), approvalId: 'O3:price' }))).toMatchObject([{ type: 'PricingRefused', value: { reason: 'unusual-quantity', appealable: false } }]);
  });
});

describe('asked again', () => {
  it('answers the same, whatever the rules say by now, and counts once', async () => {
    const desk = await deskWith([firstOrder()]);
    const first = await desk.commands(price('O1', 200));
    await desk.published(published(2, rulesAt('promotion')));
    expect(await desk.commands(price('O1', 200))).toEqual(first);
    expect(await desk.customer()).toMatchObject({ orders: 1, amount: 17_000n });
  });

  it('prices an amended order anew, and goes back to what it cost before', async () => {
    const desk = await deskWith([firstOrder(3_000)]);
    await desk.commands(price('O1', 200));
    await desk.commands(price('O2', 500));
    expect(pricesIn(await desk.commands(price('O1', 150, { revision: 1 })))).toMatchObject([{ amount: cny(150) }]);
    expect(await desk.budget()).toMatchObject({ spent: 0n });
    await desk.published(published(2, rulesAt('promotion')));
    expect(pricesIn(await desk.commands(price('O1', 200, { revision: 2 })))).toMatchObject([{ amount: cny(170) }]);
    expect([await desk.budget(), await desk.customer()]).toMatchObject([{ spent: 3_000n }, { orders: 2, amount: 67_000n, firstOrder: 'O1' }]);
  });

  it('can not go back when others have taken the budget meanwhile, and keeps what it costs', async () => {
    const desk = await deskWith([firstOrder(3_000)]);
    await desk.masterData(customer('C2'));
    await desk.commands(price('O1', 200), price('O1', 150, { revision: 1 }), price('O2', 200, { customerId: 'C2' }));
    expect(await desk.commands(price('O1', 200, { revision: 2 }))).toMatchObject([{ type: 'PricingRefused', value: { reason: 'promotion-ended', revision: 2 } }]);
    expect(await desk.quoteOf('O1')).toMatchObject({ status: 'priced', revision: 1, price: { amount: cny(150) } });
  });

  it('keeps undone what is undone, also when the undo comes first', async () => {
    const desk = await deskWith([firstOrder()]);
    expect(await desk.commands(release('O1'), price('O1', 200))).toMatchObject([{ type: 'PriceReleased' }, { type: 'PricingRefused', value: { reason: 'withdrawn', appealable: false } }]);
    await desk.commands(price('O2', 200), release('O2'), release('O2'));
    expect(await desk.customer()).toMatchObject({ orders: 0, amount: 0n, firstOrder: null });
  });
});
