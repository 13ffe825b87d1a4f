import fc from 'fast-check';
import { days } from '@order-mesh/kernel';
import { compile, creditControl, hashOf, type CompiledRules } from '@order-mesh/rules';
import { cny, creditDesk, customer, freezeAfter, hold, NOON, published, receivable, refusals } from '../../test/scene.ts';

async function deskWithDebt() {
  const desk = creditDesk();
  await desk.masterData(customer(cny(1_000_000)), receivable(cny(10), { dueAt: NOON - days(30) }));
  return desk;
}

describe('rules that change while orders run', () => {
  it('decide the next order, and leave those decided before as they are', async () => {
    const desk = await deskWithDebt();
    expect(await desk.commands(hold('O1', cny(1)))).toMatchObject([{ type: 'CreditHeld' }]);
    await desk.published(published(1, freezeAfter(20)));
    expect(refusals(await desk.commands(hold('O1', cny(1)), hold('O2', cny(1))))).toEqual(['overdue']);
    await desk.published(published(2, freezeAfter(40)));
    expect(await desk.commands(hold('O3', cny(1)))).toMatchObject([{ type: 'CreditHeld' }]);
  });

  it('keep an order with the rules it was placed under, where a rule says so', async () => {
    const desk = await deskWithDebt();
    await desk.published(published(1, freezeAfter(20, { from: NOON, counts: 'when-placed' })));
    expect(await desk.commands(hold('O1', cny(1), { startedAt: NOON - 1 }))).toMatchObject([{ type: 'CreditHeld' }]);
    expect(refusals(await desk.commands(hold('O2', cny(1), { startedAt: NOON })))).toEqual(['overdue']);
  });

  it('are told with the answer, granted or refused, the same whenever it is asked again; and not where the limit decided', async () => {
    const desk = await deskWithDebt();
    await desk.published(published(1, freezeAfter(20)));
    const [refused] = await desk.commands(hold('O1', cny(1), { startedAt: NOON - 5 }));
    expect(refused).toMatchObject({ type: 'CreditRefused', value: { decisions: [{ point: 'credit-control', rule: 'freeze', title: 'freeze after 20 days', hash: hashOf(freezeAfter(20)), decidedAt: NOON, placedAt: NOON - 5 }] } });
    const told = refused?.type === 'CreditRefused' ? refused.value.decisions[0] : undefined;
    expect([JSON.parse(told?.facts ?? ''), JSON.parse(told?.said ?? '')]).toEqual([expect.objectContaining({ customerId: 'C1', daysOverdue: 30, amount: 100 }), { verdict: 'ask', because: 'overdue' }]);
    await desk.published(published(2, freezeAfter(40)));
    expect(await desk.commands(hold('O1', cny(1), { startedAt: NOON - 5 }))).toEqual([refused]);
    expect(await desk.commands(hold('O2', cny(1)))).toMatchObject([{ type: 'CreditHeld', value: { decisions: [{ rule: null, title: '' }] } }]);
    expect(await desk.commands(hold('O3', cny(2_000_000)))).toMatchObject([{ type: 'CreditRefused', value: { reason: 'over-limit', decisions: [] } }]);
  });

  it('are recorded with each decision, which comes out the same when it is decided again', async () => {
    const step = fc.oneof(fc.record({ publish: fc.integer({ min: 0, max: 60 }) }), fc.record({ order: fc.integer({ min: 1, max: 1_000 }) }));
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (story) => {
      const desk = await deskWithDebt();
      const sets = new Map<string, CompiledRules>();
      let live: string | null = null;
      for (const [index, one] of story.entries()) {
        if ('publish' in one) {
          const set = freezeAfter(one.publish);
          const compiled = compile(creditControl, set);
          if (compiled.ok) sets.set(hashOf(set), compiled.rules);
          live = hashOf(set);
          await desk.published(published(index + 1, set));
          continue;
        }
        await desk.commands(hold(`O${index}`, cny(one.order)));
        const known = await desk.holdOf(`O${index}`);
        if (!known || known.status === 'released' || !known.record) throw new Error('not recorded');
        const { facts, moment, said, rule, hash } = known.record;
        if (live === null) continue;
        expect(hash).toBe(live);
        expect(sets.get(hash)?.decide(facts, moment)).toEqual({ said, rule, hash });
      }
    }), { numRuns: 50 });
  });
});
