import fc from 'fast-check';
import { line, lock, release, stockDesk } from '../../test/scene.ts';
import { ask, order, ORDERS, play, SKUS, step, undo, wait, WAREHOUSES, type Desk, type Step } from '../../test/story.ts';

async function after(story: readonly Step[]): Promise<Desk> {
  const desk = stockDesk();
  await play(story, desk);
  return desk;
}

const eachLevel = async (desk: Desk) => (await Promise.all(SKUS.flatMap((sku) => WAREHOUSES.map((warehouse) => desk.level(sku, warehouse)))))
  .filter((level) => level !== undefined);

describe('laws of stock', () => {
  it('what is reserved is the sum of what is promised, whatever happens in whatever order', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (story) => {
      const desk = await after(story);
      const locks = await Promise.all(ORDERS.map(desk.lockOf));
      const promised = locks.flatMap((one) => (one?.status === 'locked' || one?.status === 'committed' ? one.lines : []));
      for (const { sku, warehouse, reserved } of await eachLevel(desk)) {
        const lines = promised.filter((one) => one.sku === sku && one.warehouse === warehouse);
        expect(reserved).toBe(lines.reduce((sum, { quantity }) => sum + quantity, 0));
      }
    }));
  });

  it('nothing stays reserved once every order was asked to be released', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.shuffledSubarray([...ORDERS], { minLength: ORDERS.length }), async (story, undone) => {
      const desk = await after(story);
      await desk.commands(...undone.map(release));
      expect((await eachLevel(desk)).map(({ reserved }) => reserved)).toEqual([0, 0, 0, 0]);
    }));
  });

  it('no more is promised than the ERP counts, while nobody confirms what has run out and no count falls', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.oneof(ask, undo, wait).filter((one) => one.do !== 'confirm'), { maxLength: 30 }), async (story) => {
      for (const { onHand, reserved } of await eachLevel(await after(story))) expect(reserved).toBeLessThanOrEqual(onHand);
    }));
  });

  it('an order gets all it asked for, of every product, or nothing', async () => {
    await fc.assert(fc.asyncProperty(fc.array(ask, { maxLength: 20 }), async (asks) => {
      const desk = await after(asks);
      for (const orderId of ORDERS) {
        const got = await desk.lockOf(orderId);
        if (got?.status !== 'locked') continue;
        const wanted = asks.find((one) => one.orderId === orderId)?.lines ?? [];
        const total = (lines: readonly { readonly sku: string; readonly quantity: number }[], sku: string) =>
          lines.reduce((sum, one) => (one.sku === sku ? sum + one.quantity : sum), 0);
        for (const sku of SKUS) expect(total(got.lines, sku)).toBe(total(wanted, sku));
      }
    }));
  });

  it('how commands are cut into batches changes no answer', async () => {
    const command = fc.oneof(ask.map(({ orderId, lines }) => lock(orderId, ...lines.map(({ sku, quantity }) => line(sku, quantity)))), order.map(release));
    await fc.assert(fc.asyncProperty(fc.array(command, { maxLength: 20 }), fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 20, maxLength: 20 }), async (commands, sizes) => {
      const whole = await after([]);
      const cut = await after([]);
      const answers = [];
      const rest = [...commands];
      for (const size of sizes) answers.push(...await cut.commands(...rest.splice(0, size)));
      expect(answers).toEqual(await whole.commands(...commands));
    }));
  });
});
