import { days } from '@order-mesh/kernel';
import { amend, confirmed, counted, line, lock, NOON, refusals, release, stockDesk, suggestions } from '../../test/scene.ts';

const released = (orderId: string) => ({ type: 'StockReleased', value: { orderId } });

describe('locking stock', () => {
  it('locks for exactly 50 of 200 orders in one batch when the stock fits 50', async () => {
    const desk = stockDesk();
    await desk.masterData(counted('PEN', 50));
    const sent = await desk.commands(...Array.from({ length: 200 }, (_, index) => lock(`O${index}`, line('PEN', 1))));
    expect(sent.filter(({ type }) => type === 'StockLocked')).toHaveLength(50);
    expect(refusals(sent)).toEqual(Array(150).fill('out-of-stock'));
    expect(await desk.level('PEN')).toMatchObject({ onHand: 50, reserved: 50 });
  });

  it('locks all lines or none', async () => {
    const desk = stockDesk();
    await desk.masterData(counted('PEN', 10), counted('INK', 1));
    const sent = await desk.commands(lock('O1', line('PEN', 5), line('INK', 2)), lock('O2', line('PEN', 10)));
    expect(sent.map(({ type }) => type)).toEqual(['StockRefused', 'StockLocked']);
    expect(await desk.level('INK')).toMatchObject({ reserved: 0 });
  });

  it('locks other goods for an order that is amended, its own among them, or keeps what it had', async () => {
    const desk = stockDesk();
    await desk.masterData(counted('PEN', 10), counted('INK', 1));
    await desk.commands(lock('O1', line('PEN', 6)), lock('O2', line('PEN', 2)));
    expect(await desk.commands(amend('O1', 1, line('PEN', 8), line('INK', 1)))).toMatchObject([{ type: 'StockLocked', value: { revision: 1, locks: [{ quantity: 8 }, { sku: 'INK' }] } }]);
    expect(await desk.commands(amend('O1', 2, line('PEN', 9)))).toMatchObject([{ type: 'StockRefused', value: { reason: 'out-of-stock', revision: 2 } }]);
    expect([await desk.level('PEN'), await desk.level('INK')]).toMatchObject([{ reserved: 10 }, { reserved: 1 }]);
    expect(await desk.commands(amend('O1', 3, line('PEN', 1)))).toMatchObject([{ type: 'StockLocked', value: { revision: 3 } }]);
    expect([await desk.level('PEN'), await desk.level('INK')]).toMatchObject([{ reserved: 3 }, { reserved: 0 }]);
    await desk.commands(release('O1'));
    expect(await desk.level('PEN')).toMatchObject({ reserved: 2 });
  });

  it('gives the stock of an order released in the middle of a batch to the next one', async () => {
    const desk = stockDesk();
    await desk.masterData(counted('PEN', 10));
    const sent = await desk.commands(lock('O1', line('PEN', 10)), lock('O2', line('PEN', 10)), release('O1'), lock('O3', line('PEN', 10)));
    expect(sent.map(({ type }) => type)).toEqual(['StockLocked', 'StockRefused', 'StockReleased', 'StockLocked']);
    expect(await desk.level('PEN')).toMatchObject({ reserved: 10 });
  });

  it('answers the same ask again with the same answer, and locks once', async () => {
    const desk = stockDesk();
    await desk.masterData(counted('PEN', 10), counted('PEN', 10, { warehouse: 'W2' }));
    const first = await desk.commands(lock('O1', line('PEN', 12)), lock('O2', line('PEN', 9)));
    expect(await desk.commands(lock('O1', line('PEN', 12)), lock('O2', line('PEN', 9)))).toEqual(first);
    expect(await desk.level('PEN')).toMatchObject({ reserved: 10 });
    expect(await desk.level('PEN', 'W2')).toMatchObject({ reserved: 2 });
  });

  it('keeps its promises when the ERP counts less than was promised, and promises nothing more', async () => {
    const desk = stockDesk();
    await desk.masterData(counted('PEN', 10));
    await desk.commands(lock('O1', line('PEN', 8)));
    await desk.masterData(counted('PEN', 5, { changedAt: NOON + 1 }));
    expect(await desk.level('PEN')).toMatchObject({ onHand: 5, reserved: 8 });
    expect(refusals(await desk.commands(lock('O2', line('PEN', 1))))).toEqual(['out-of-stock']);
  });

  it('ignores a count that is older than the one it has', async () => {
    const desk = stockDesk();
    await desk.masterData(counted('PEN', 10), counted('PEN', 99, { changedAt: NOON - 1 }));
    expect(await desk.level('PEN')).toMatchObject({ onHand: 10 });
  });
});

describe('releasing stock', () => {
  it('answers a second release as the first, and gives back once', async () => {
    const desk = stockDesk();
    await desk.masterData(counted('PEN', 10));
    await desk.commands(lock('O1', line('PEN', 4)), lock('O2', line('PEN', 3)));
    expect(await desk.commands(release('O1'), release('O1'))).toEqual([released('O1'), released('O1')]);
    expect(await desk.commands(release('O1'))).toEqual([released('O1')]);
    expect(await desk.level('PEN')).toMatchObject({ reserved: 3 });
  });

  it('answers released for what was never locked, and refuses the ask it overtook', async () => {
    const desk = stockDesk();
    await desk.masterData(counted('PEN', 10));
    expect(await desk.commands(release('O1'))).toEqual([released('O1')]);
    expect(refusals(await desk.commands(lock('O1', line('PEN', 4))))).toEqual(['withdrawn']);
    expect(await desk.level('PEN')).toMatchObject({ reserved: 0 });
  });

  it('gives nothing back for a refused order', async () => {
    const desk = stockDesk();
    await desk.masterData(counted('PEN', 10));
    await desk.commands(lock('O1', line('PEN', 9)), lock('O2', line('PEN', 9)), release('O2'));
    expect(await desk.level('PEN')).toMatchObject({ reserved: 9 });
  });
});

describe('locks that run out', () => {
  const TTL = days(10);

  it('gives stock back after 10 days, not a moment before', async () => {
    const desk = stockDesk();
    await desk.masterData(counted('PEN', 10));
    await desk.commands(lock('O1', line('PEN', 4)));
    desk.setNow(NOON + TTL - 1);
    await desk.expire();
    expect(await desk.level('PEN')).toMatchObject({ reserved: 4 });
    desk.setNow(NOON + TTL);
    await desk.expire();
    await desk.expire();
    expect(await desk.level('PEN')).toMatchObject({ reserved: 0 });
    expect(refusals(await desk.commands(lock('O1', line('PEN', 4))))).toEqual(['expired']);
    expect(await desk.commands(release('O1'))).toEqual([released('O1')]);
    expect(await desk.level('PEN')).toMatchObject({ reserved: 0 });
  });

  it('keeps the stock of a confirmed order for ever', async () => {
    const desk = stockDesk();
    await desk.masterData(counted('PEN', 10));
    const first = await desk.commands(lock('O1', line('PEN', 4)));
    await desk.orders(confirmed('O1'), confirmed('O1'));
    desk.setNow(NOON + 100 * TTL);
    await desk.expire();
    expect(await desk.level('PEN')).toMatchObject({ reserved: 4 });
    expect(await desk.commands(lock('O1', line('PEN', 4)))).toEqual(first);
  });

  it('takes the stock again for an order that is confirmed after its lock ran out, for the goods are sold', async () => {
    const desk = stockDesk();
    await desk.masterData(counted('PEN', 10));
    await desk.commands(lock('O1', line('PEN', 4)));
    desk.setNow(NOON + TTL);
    await desk.expire();
    await desk.orders(confirmed('O1'));
    expect(await desk.level('PEN')).toMatchObject({ reserved: 4 });
    expect(await desk.lockOf('O1')).toMatchObject({ status: 'committed' });
  });

  it('takes the longest overdue first when there are many', async () => {
    const desk = stockDesk();
    await desk.masterData(counted('PEN', 10));
    await desk.commands(lock('O1', line('PEN', 1)));
    desk.setNow(NOON + 1);
    await desk.commands(lock('O2', line('PEN', 2)));
    desk.setNow(NOON + 2 * TTL);
    await desk.expire(1);
    expect(await desk.level('PEN')).toMatchObject({ reserved: 2 });
  });
});

const byRule = { rule: 'fill-to-safety', rulesHash: expect.any(String) };

describe('suggesting purchases', () => {
  it('suggests once when an order takes free stock below the level, and again after it has recovered', async () => {
    const desk = stockDesk();
    await desk.masterData(counted('PEN', 100, { safetyStock: 20 }));
    expect(suggestions(await desk.commands(lock('O1', line('PEN', 80)), lock('O2', line('PEN', 5)), lock('O3', line('PEN', 5))))).toEqual([
      { sku: 'PEN', warehouse: 'W1', free: 15, safetyStock: 20, suggested: 25, causedBy: 'O2', ...byRule },
    ]);
    expect(suggestions(await desk.commands(release('O1'), lock('O4', line('PEN', 85))))).toEqual([
      { sku: 'PEN', warehouse: 'W1', free: 5, safetyStock: 20, suggested: 35, causedBy: 'O4', ...byRule },
    ]);
  });

  it('suggests again after an order was amended to other goods and free stock has recovered by that', async () => {
    const desk = stockDesk();
    await desk.masterData(counted('PEN', 100, { safetyStock: 20 }), counted('INK', 100, { safetyStock: 20 }));
    expect(suggestions(await desk.commands(lock('O1', line('PEN', 90))))).toHaveLength(1);
    expect(suggestions(await desk.commands(amend('O1', 1, line('INK', 1))))).toEqual([]);
    expect(suggestions(await desk.commands(lock('O2', line('PEN', 85))))).toEqual([
      { sku: 'PEN', warehouse: 'W1', free: 15, safetyStock: 20, suggested: 25, causedBy: 'O2', ...byRule },
    ]);
  });

  it('suggests when the ERP itself counts too little, once', async () => {
    const desk = stockDesk();
    expect(suggestions(await desk.masterData(counted('PEN', 5, { safetyStock: 20 }), counted('PEN', 4, { safetyStock: 20, changedAt: NOON + 1 })))).toEqual([
      { sku: 'PEN', warehouse: 'W1', free: 5, safetyStock: 20, suggested: 35, causedBy: 'stock-count', ...byRule },
    ]);
  });

  it('repeats no suggestion with a repeated answer', async () => {
    const desk = stockDesk();
    await desk.masterData(counted('PEN', 100, { safetyStock: 20 }));
    await desk.commands(lock('O1', line('PEN', 90)));
    expect(suggestions(await desk.commands(lock('O1', line('PEN', 90))))).toEqual([]);
  });
});
