import { cny, confirmed, creditDesk, customer, hold, NOON, receivable, refusals, release } from '../../test/scene.ts';

const exposure = async (desk: ReturnType<typeof creditDesk>, customerId = 'C1'): Promise<bigint> => {
  const account = await desk.account(customerId);
  return (account?.owed ?? 0n) + (account?.held ?? 0n);
};

describe('from hold to receivable', () => {
  it('keeps a confirmed hold until its receivable is seen, then counts the receivable instead: 400 before, 400 after', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)));
    await desk.commands(hold('O1', cny(400)));
    await desk.orders(confirmed('O1'));
    expect(await desk.account()).toMatchObject({ held: cny(400), owed: 0n });
    await desk.masterData(receivable(cny(400), { orderId: 'O1' }));
    expect(await desk.account()).toMatchObject({ held: 0n, owed: cny(400) });
    expect(await desk.holdOf('O1')).toMatchObject({ status: 'invoiced' });
  });

  it('takes a receivable that is seen before the confirmation', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)));
    await desk.commands(hold('O1', cny(400)));
    await desk.masterData(receivable(cny(400), { orderId: 'O1' }));
    await desk.orders(confirmed('O1'));
    expect(await desk.account()).toMatchObject({ held: 0n, owed: cny(400) });
    expect(await desk.holdOf('O1')).toMatchObject({ status: 'invoiced' });
  });

  it('follows the same receivable read again, part paid and settled', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)));
    await desk.commands(hold('O1', cny(400)));
    await desk.masterData(receivable(cny(400), { orderId: 'O1' }), receivable(cny(400), { orderId: 'O1' }));
    expect(await exposure(desk)).toBe(cny(400));
    await desk.masterData(receivable(cny(150), { orderId: 'O1', changedAt: NOON + 1 }));
    expect(await exposure(desk)).toBe(cny(150));
    await desk.masterData(receivable(cny(0), { orderId: 'O1', changedAt: NOON + 2 }));
    expect(await exposure(desk)).toBe(0n);
  });

  it('gives nothing back twice when an order is undone after its receivable was seen', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)));
    await desk.commands(hold('O1', cny(400)), hold('O2', cny(300)));
    await desk.masterData(receivable(cny(400), { orderId: 'O1' }));
    await desk.commands(release('O1'));
    await desk.masterData(receivable(cny(0), { orderId: 'O1', changedAt: NOON + 1 }));
    expect(await desk.account()).toMatchObject({ held: cny(300), owed: 0n });
  });

  it('invoices the hold of the customer who ordered when another one is invoiced', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)), customer(cny(1_000), { customerId: 'C2' }));
    await desk.commands(hold('O1', cny(400)));
    await desk.masterData(receivable(cny(400), { orderId: 'O1', customerId: 'C2' }));
    expect([await exposure(desk), await exposure(desk, 'C2')]).toEqual([0n, cny(400)]);
  });

  it('moves a debt when a document turns out to be another customer\'s', async () => {
    const desk = creditDesk();
    await desk.masterData(receivable(cny(400)));
    await desk.masterData(receivable(cny(400), { customerId: 'C2', changedAt: NOON + 1 }));
    expect([await exposure(desk), await exposure(desk, 'C2')]).toEqual([0n, cny(400)]);
  });
});

describe('limits', () => {
  it('counts a receivable that was heard of before its customer, and holds nothing until the customer is named', async () => {
    const desk = creditDesk();
    await desk.masterData(receivable(cny(400)));
    expect(refusals(await desk.commands(hold('O1', cny(1))))).toEqual(['unknown-customer']);
    await desk.masterData(customer(cny(1_000)));
    expect(refusals(await desk.commands(hold('O2', cny(601)), hold('O3', cny(600))))).toEqual(['over-limit']);
    expect(await exposure(desk)).toBe(cny(1_000));
  });

  it('ignores a reading that is older than the one it has', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)), receivable(cny(400)));
    await desk.masterData(customer(cny(9), { changedAt: NOON - 1 }), receivable(cny(9), { changedAt: NOON - 1 }));
    expect(await desk.account()).toMatchObject({ limit: { amount: cny(1_000) }, owed: cny(400) });
  });

  it('applies a lowered limit to the next order only', async () => {
    const desk = creditDesk();
    await desk.masterData(customer(cny(1_000)));
    await desk.commands(hold('O1', cny(900)));
    await desk.masterData(customer(cny(500), { changedAt: NOON + 1 }));
    expect(refusals(await desk.commands(hold('O2', cny(1))))).toEqual(['over-limit']);
    expect(await exposure(desk)).toBe(cny(900));
  });
});
