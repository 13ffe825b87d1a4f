import fc from 'fast-check';
import { days } from '@order-mesh/kernel';
import { confirmed, counted, line, lock, NOON, release, stockDesk } from '../../test/scene.ts';

const ORDERS = ['O1', 'O2', 'O3', 'O4', 'O5'] as const;
const SKUS = ['PEN', 'INK'] as const;
const WAREHOUSES = ['W1', 'W2'] as const;

type Step =
  | { readonly do: 'lock'; readonly orderId: string; readonly lines: readonly { readonly sku: string; readonly quantity: number }[] }
  | { readonly do: 'release' | 'confirm'; readonly orderId: string }
  | { readonly do: 'count'; readonly sku: string; readonly warehouse: string; readonly onHand: number }
  | { readonly do: 'wait'; readonly days: number };

const order = fc.constantFrom(...ORDERS);
const ask = fc.record({
  do: fc.constant('lock' as const), orderId: order,
  lines: fc.array(fc.record({ sku: fc.constantFrom(...SKUS), quantity: fc.integer({ min: 1, max: 12 }) }), { minLength: 1, maxLength: 3 }),
});
const undo = fc.record({ do: fc.constantFrom('release' as const, 'confirm' as const), orderId: order });
const recount = fc.record({
  do: fc.constant('count' as const), sku: fc.constantFrom(...SKUS), warehouse: fc.constantFrom(...WAREHOUSES), onHand: fc.integer({ min: 0, max: 20 }),
});
const wait = fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 11 }) });
const step: fc.Arbitrary<Step> = fc.oneof({ weight: 4, arbitrary: ask }, { weight: 2, arbitrary: undo }, recount, wait);

type Desk = ReturnType<typeof stockDesk>;

async function play(story: readonly Step[]): Promise<Desk> {
  const desk = stockDesk();
  let now = NOON;
  for (const sku of SKUS) for (const warehouse of WAREHOUSES) await desk.masterData(counted(sku, 10, { warehouse }));
  for (const one of story) {
    now += 1;
    switch (one.do) {
      case 'lock': await desk.commands(lock(one.orderId, ...one.lines)); break;
      case 'release': await desk.commands(release(one.orderId)); break;
      case 'confirm': await desk.orders(confirmed(one.orderId)); break;
      case 'count': await desk.masterData(counted(one.sku, one.onHand, { warehouse: one.warehouse, changedAt: now })); break;
      case 'wait':
        now += days(one.days);
        desk.setNow(now);
        await desk.expire();
        break;
    }
  }
  return desk;
}

const eachLevel = async (desk: Desk) => (await Promise.all(SKUS.flatMap((sku) => WAREHOUSES.map((warehouse) => desk.level(sku, warehouse)))))
  .filter((level) => level !== undefined);

describe('laws of stock', () => {
  it('what is reserved is the sum of what is promised, whatever happens in whatever order', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (story) => {
      const desk = await play(story);
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
      const desk = await play(story);
      await desk.commands(...undone.map(release));
      expect((await eachLevel(desk)).map(({ reserved }) => reserved)).toEqual([0, 0, 0, 0]);
    }));
  });

  it('no more is promised than the ERP counts, while nobody confirms what has run out and no count falls', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.oneof(ask, undo, wait).filter((one) => one.do !== 'confirm'), { maxLength: 30 }), async (story) => {
      for (const { onHand, reserved } of await eachLevel(await play(story))) expect(reserved).toBeLessThanOrEqual(onHand);
    }));
  });

  it('an order gets all it asked for, of every product, or nothing', async () => {
    await fc.assert(fc.asyncProperty(fc.array(ask, { maxLength: 20 }), async (asks) => {
      const desk = await play(asks);
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
      const whole = await play([]);
      const cut = await play([]);
      const answers = [];
      const rest = [...commands];
      for (const size of sizes) answers.push(...await cut.commands(...rest.splice(0, size)));
      expect(answers).toEqual(await whole.commands(...commands));
    }));
  });
});
