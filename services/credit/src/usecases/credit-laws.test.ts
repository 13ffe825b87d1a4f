import fc from 'fast-check';
import { fen } from '@order-mesh/kernel';
import { creditDesk, hold, release } from '../../test/scene.ts';
import { LIMIT, order, ORDERS, play, step, type Desk, type Step } from '../../test/story.ts';
import type { CreditCommand } from './answer-credit.ts';

async function after(story: readonly Step[]): Promise<Desk> {
  const desk = creditDesk();
  await play(story, desk);
  return desk;
}

async function activeSum(desk: Desk): Promise<bigint> {
  const holds = await Promise.all(ORDERS.map(desk.holdOf));
  return holds.reduce((sum, one) => (one?.status === 'held' || one?.status === 'confirmed' ? sum + one.amount : sum), 0n);
}

describe('laws of credit', () => {
  it('what an account holds is the sum of its active holds, whatever happens in whatever order', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (story) => {
      const desk = await after(story);
      expect((await desk.account())?.held).toBe(await activeSum(desk));
    }));
  });

  it('what an account owes is the sum of its receivables as last read', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (story) => {
      const last = new Map(story.flatMap((one) => (one.do === 'invoice' ? [[one.orderId, BigInt(one.open)] as const] : [])));
      expect((await (await after(story)).account())?.owed).toBe([...last.values()].reduce((sum, open) => sum + open, 0n));
    }));
  });

  it('nothing stays held once every order was asked to be released', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.shuffledSubarray([...ORDERS], { minLength: ORDERS.length }), async (story, undone) => {
      const desk = await after(story);
      await desk.commands(...undone.map(release));
      expect((await desk.account())?.held).toBe(0n);
    }));
  });

  it('no hold is granted beyond the limit of its moment, not even with an approval', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (story) => {
      const desk = await after(story.filter((one) => one.do !== 'limit' && one.do !== 'invoice'));
      expect((await desk.account())?.held).toBeLessThanOrEqual(LIMIT);
    }));
  });

  it('how commands are cut into batches changes no answer', async () => {
    const command: fc.Arbitrary<CreditCommand> = fc.oneof(fc.record({ orderId: order, amount: fc.integer({ min: 0, max: 600 }) })
      .map(({ orderId, amount }) => hold(orderId, fen(amount))), order.map(release));
    await fc.assert(fc.asyncProperty(fc.array(command, { maxLength: 30 }), fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 30, maxLength: 30 }), async (commands, sizes) => {
      const whole = await after([]);
      const cut = await after([]);
      const answers = [];
      const rest = [...commands];
      for (const size of sizes) answers.push(...await cut.commands(...rest.splice(0, size)));
      expect(answers).toEqual(await whole.commands(...commands));
    }));
  });
});
