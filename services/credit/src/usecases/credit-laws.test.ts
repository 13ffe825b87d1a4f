import fc from 'fast-check';
import { fen } from '@order-mesh/kernel';
import { confirmed, creditDesk, customer, hold, NOON, receivable, release } from '../../test/scene.ts';
import type { CreditCommand } from './answer-credit.ts';

const ORDERS = ['O1', 'O2', 'O3', 'O4', 'O5', 'O6'] as const;
const LIMIT = 1_000n;

type Step =
  | { readonly do: 'hold' | 'appeal'; readonly orderId: string; readonly amount: number }
  | { readonly do: 'release' | 'confirm'; readonly orderId: string }
  | { readonly do: 'invoice'; readonly orderId: string; readonly open: number }
  | { readonly do: 'limit'; readonly limit: number };

const order = fc.constantFrom(...ORDERS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('hold' as const, 'appeal' as const), orderId: order, amount: fc.integer({ min: -50, max: 600 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('release' as const, 'confirm' as const), orderId: order }) },
  fc.record({ do: fc.constant('invoice' as const), orderId: order, open: fc.integer({ min: 0, max: 600 }) }),
  fc.record({ do: fc.constant('limit' as const), limit: fc.integer({ min: 0, max: 2_000 }) }),
);

type Desk = ReturnType<typeof creditDesk>;

async function take(desk: Desk, one: Step, tick: number): Promise<void> {
  switch (one.do) {
    case 'hold': await desk.commands(hold(one.orderId, fen(one.amount))); break;
    case 'appeal': await desk.commands(hold(one.orderId, fen(one.amount), { approvalId: `${one.orderId}:credit` })); break;
    case 'release': await desk.commands(release(one.orderId)); break;
    case 'confirm': await desk.orders(confirmed(one.orderId)); break;
    case 'invoice':
      await desk.masterData(receivable(fen(one.open), { receivableId: `R-${one.orderId}`, orderId: one.orderId, changedAt: NOON + tick }));
      break;
    case 'limit': await desk.masterData(customer(fen(one.limit), { changedAt: NOON + tick })); break;
  }
}

async function play(story: readonly Step[]): Promise<Desk> {
  const desk = creditDesk();
  await desk.masterData(customer(fen(LIMIT)));
  for (const [index, one] of story.entries()) await take(desk, one, index + 1);
  return desk;
}

async function activeSum(desk: Desk): Promise<bigint> {
  const holds = await Promise.all(ORDERS.map(desk.holdOf));
  return holds.reduce((sum, one) => (one?.status === 'held' || one?.status === 'confirmed' ? sum + one.amount : sum), 0n);
}

describe('laws of credit', () => {
  it('what an account holds is the sum of its active holds, whatever happens in whatever order', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (story) => {
      const desk = await play(story);
      expect((await desk.account())?.held).toBe(await activeSum(desk));
    }));
  });

  it('what an account owes is the sum of its receivables as last read', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (story) => {
      const last = new Map(story.flatMap((one) => (one.do === 'invoice' ? [[one.orderId, BigInt(one.open)] as const] : [])));
      expect((await (await play(story)).account())?.owed).toBe([...last.values()].reduce((sum, open) => sum + open, 0n));
    }));
  });

  it('nothing stays held once every order was asked to be released', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.shuffledSubarray([...ORDERS], { minLength: ORDERS.length }), async (story, undone) => {
      const desk = await play(story);
      await desk.commands(...undone.map(release));
      expect((await desk.account())?.held).toBe(0n);
    }));
  });

  it('no hold is granted beyond the limit of its moment, not even with an approval', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (story) => {
      const desk = await play(story.filter((one) => one.do !== 'limit' && one.do !== 'invoice'));
      expect((await desk.account())?.held).toBeLessThanOrEqual(LIMIT);
    }));
  });

  it('how commands are cut into batches changes no answer', async () => {
    const command: fc.Arbitrary<CreditCommand> = fc.oneof(fc.record({ orderId: order, amount: fc.integer({ min: 0, max: 600 }) })
      .map(({ orderId, amount }) => hold(orderId, fen(amount))), order.map(release));
    await fc.assert(fc.asyncProperty(fc.array(command, { maxLength: 30 }), fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 30, maxLength: 30 }), async (commands, sizes) => {
      const whole = await play([]);
      const cut = await play([]);
      const answers = [];
      const rest = [...commands];
      for (const size of sizes) answers.push(...await cut.commands(...rest.splice(0, size)));
      expect(answers).toEqual(await whole.commands(...commands));
    }));
  });
});
