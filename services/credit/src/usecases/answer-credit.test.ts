import { days } from '@order-mesh/kernel';
import { cny, confirmed, creditDesk, customer, held, hold, NOON, receivable, refusals, release, released } from '../../test/scene.ts';

describe('holding credit', () => {
  it('holds exactly 50 of 200 orders in one batch when the limit fits 50', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(50_000)));
    const sent = await desk.commands(...Array.from({ length: 200 }, (_, index) => hold(`O${index}`, cny(1_000))));
    expect(sent.filter(({ type }) => type === 'CreditHeld')).toHaveLength(50);
    expect(refusals(sent)).toEqual(Array(150).fill('over-limit'));
    expect(await desk.account()).toMatchObject({ held: cny(50_000), owed: 0n });
  });

  it('gives the amount of an order released in the middle of a batch to the next one', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)));
    const sent = await desk.commands(hold('O1', cny(1_000)), hold('O2', cny(1_000)), release('O1'), hold('O3', cny(1_000)));
    expect(sent.map(({ type }) => type)).toEqual(['CreditHeld', 'CreditRefused', 'CreditReleased', 'CreditHeld']);
    expect(await desk.account()).toMatchObject({ held: cny(1_000) });
  });

  it('lets a small order pass after a large one was refused', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)));
    const sent = await desk.commands(hold('O1', cny(1_001)), hold('O2', cny(1_000)));
    expect(sent[1]).toEqual(held('O2', cny(1_000), cny(1_000), cny(1_000)));
  });

  it('answers the same ask again with the same answer, and holds once', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)));
    const first = await desk.commands(hold('O1', cny(400)), hold('O2', cny(700)));
    await desk.commands(hold('O3', cny(100)));
    expect(await desk.commands(hold('O1', cny(400)), hold('O2', cny(700)))).toEqual(first);
    expect(await desk.account()).toMatchObject({ held: cny(500) });
  });

  it('repeats a refusal even when there would be room by now', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(100)));
    const first = await desk.commands(hold('O1', cny(200)));
    await desk.masterData(customer(cny(1_000)));
    expect(await desk.commands(hold('O1', cny(200)))).toEqual(first);
  });
});

describe('an order that is amended', () => {
  it('holds the new amount if there is room for the difference, else what it held', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)));
    await desk.commands(hold('O1', cny(400)), hold('O2', cny(500)));
    expect(await desk.commands(hold('O1', cny(500), { revision: 1 }))).toMatchObject([{ type: 'CreditHeld', value: { amount: cny(500), exposure: cny(1_000), revision: 1 } }]);
    const refused = await desk.commands(hold('O1', cny(501), { revision: 2 }));
    expect(refused).toMatchObject([{ type: 'CreditRefused', value: { reason: 'over-limit', revision: 2, detail: 'would owe 1,001.00 CNY of 1,000.00 CNY allowed: 500.00 CNY owed or promised, 501.00 CNY asked' } }]);
    expect([await desk.account(), await desk.holdOf('O1')]).toMatchObject([{ held: cny(1_000) }, { amount: cny(500), revision: 1 }]);
    await desk.commands(release('O1'));
    expect(await desk.account()).toMatchObject({ held: cny(500) });
  });

  it('may always ask for less, also when the customer has been frozen or the limit lowered', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)));
    await desk.commands(hold('O1', cny(800)));
    await desk.masterData(customer(cny(100), { changedAt: NOON + 1 }), receivable(cny(50), { dueAt: NOON - days(46) }));
    expect((await desk.commands(hold('O1', cny(300), { revision: 1 }))).map(({ type }) => type)).toEqual(['CreditHeld']);
    expect((await desk.commands(hold('O1', cny(301), { revision: 2 }))).map(({ type }) => type)).toEqual(['CreditRefused']);
    expect(await desk.account()).toMatchObject({ held: cny(300) });
  });

  it('is decided anew when it had been refused, and answers an older ask with what holds now', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)));
    await desk.commands(hold('O1', cny(2_000)));
    expect(await desk.commands(hold('O1', cny(900), { revision: 1 }))).toMatchObject([{ type: 'CreditHeld', value: { amount: cny(900), revision: 1 } }]);
    expect(await desk.commands(hold('O1', cny(2_000)))).toMatchObject([{ type: 'CreditHeld', value: { amount: cny(900), revision: 1 } }]);
  });

  it('is not for another customer, nor after its end', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)), customer(cny(1_000), { customerId: 'C2' }));
    await desk.commands(hold('O1', cny(100)));
    expect(refusals(await desk.commands(hold('O1', cny(50), { customerId: 'C2', revision: 1 })))).toEqual(['not-amendable']);
    await desk.orders(confirmed('O1'));
    expect(refusals(await desk.commands(hold('O1', cny(50), { revision: 2 })))).toEqual(['not-amendable']);
    await desk.commands(release('O1'));
    expect(refusals(await desk.commands(hold('O1', cny(50), { revision: 3 })))).toEqual(['withdrawn']);
  });
});

describe('releasing credit', () => {
  it('answers a second release as the first, and gives back once', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)));
    await desk.commands(hold('O1', cny(400)), hold('O2', cny(300)));
    expect(await desk.commands(release('O1'), release('O1'))).toEqual([released('O1'), released('O1')]);
    expect(await desk.commands(release('O1'))).toEqual([released('O1')]);
    expect(await desk.account()).toMatchObject({ held: cny(300) });
  });

  it('answers released for what was never held, and refuses the ask it overtook', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)));
    expect(await desk.commands(release('O1'))).toEqual([released('O1')]);
    expect(refusals(await desk.commands(hold('O1', cny(400))))).toEqual(['withdrawn']);
    expect(await desk.account()).toMatchObject({ held: 0n });
  });

  it('keeps undone what is undone, even against an approval', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)));
    await desk.commands(hold('O1', cny(400)), release('O1'));
    expect(refusals(await desk.commands(hold('O1', cny(400)), hold('O1', cny(400), { approvalId: 'O1:credit' })))).toEqual(['withdrawn', 'withdrawn']);
  });

  it('gives nothing back for a refused order', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)));
    await desk.commands(hold('O1', cny(900)), hold('O2', cny(900)), release('O2'));
    expect(await desk.account()).toMatchObject({ held: cny(900) });
  });
});

describe('overturning a freeze', () => {
  const frozenDesk = async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)), receivable(cny(100), { dueAt: NOON - days(46) }));
    return desk;
  };

  it('holds with the approval, and remembers which one', async () => {
    const desk = await frozenDesk();
    expect(refusals(await desk.commands(hold('O1', cny(400))))).toEqual(['overdue']);
    expect(await desk.commands(hold('O1', cny(400), { approvalId: 'O1:credit' }))).toEqual([held('O1', cny(400), cny(500), cny(1_000))]);
    expect(await desk.holdOf('O1')).toMatchObject({ status: 'held', approvalId: 'O1:credit' });
  });

  it('does not hold beyond the limit, whatever was approved; and says so again when asked again', async () => {
    const desk = await frozenDesk();
    await desk.commands(hold('O1', cny(600)), hold('O2', cny(600), { approvalId: 'O2:credit' }));
    const sent = await desk.commands(hold('O1', cny(600), { approvalId: 'O1:credit' }));
    expect(refusals(sent)).toEqual(['over-limit']);
    await desk.masterData(customer(cny(9_000), { changedAt: NOON + 1 }));
    expect(await desk.commands(hold('O1', cny(600), { approvalId: 'O1:credit' }))).toEqual(sent);
  });

  it('thaws by itself once the old receivable is paid', async () => {
    const desk = await frozenDesk();
    await desk.masterData(receivable(cny(0), { amount: cny(100), dueAt: NOON - days(46), changedAt: NOON + 1 }));
    expect(await desk.commands(hold('O1', cny(400)))).toEqual([held('O1', cny(400), cny(400), cny(1_000))]);
  });

  it('tells whoever decides what the customer owes, what is overdue, and what was before', async () => {
    const desk = await frozenDesk();
    const [refused] = await desk.commands(hold('O1', cny(400)));
    expect(refused).toMatchObject({ type: 'CreditRefused', value: { evidence: [{ daysOverdue: 46, limit: cny(1_000), ordersConfirmed: 0, ordersRefused: 0, receivables: 1, paid: 0 }] } });
    const [again] = await desk.commands(hold('O2', cny(1)));
    expect(again).toMatchObject({ value: { evidence: [{ ordersRefused: 1 }] } });
  });

  it('tells nothing of the customer where nobody is asked', async () => {
    const desk = await frozenDesk();
    expect(await desk.commands(hold('O1', cny(9_000)))).toMatchObject([{ type: 'CreditRefused', value: { reason: 'over-limit', evidence: [] } }]);
  });

  it('freezes by the passing of time alone', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)), receivable(cny(100), { dueAt: NOON }));
    desk.setNow(NOON + days(45));
    expect(refusals(await desk.commands(hold('O1', cny(1))))).toEqual([]);
    desk.setNow(NOON + days(46));
    expect(refusals(await desk.commands(hold('O2', cny(1))))).toEqual(['overdue']);
  });
});

it('keeps a confirmed hold, and answers its order as held', async () => {
  const desk = creditDesk();
  await desk.masterData(customer(cny(1_000)));
  const first = await desk.commands(hold('O1', cny(400)));
  await desk.orders(confirmed('O1'));
  expect(await desk.holdOf('O1')).toMatchObject({ status: 'confirmed' });
  expect(await desk.account()).toMatchObject({ held: cny(400) });
  expect(await desk.commands(hold('O1', cny(400)))).toEqual(first);
});
