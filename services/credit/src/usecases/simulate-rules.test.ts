import { days } from '@order-mesh/kernel';
import type { MessageOf, SimulationAsked } from '@order-mesh/contracts';
import { hashOf, writeRuleSet, type DecisionRecord, type RuleSet } from '@order-mesh/rules';
import type { Outgoing, Unit } from '@order-mesh/messaging';
import { simulationAsked, freezeAfter, NOON, quietLog } from '../../test/scene.ts';
import type { PastDecision } from '../domain/simulation.ts';
import { memorySimulationBook } from '../outbound/memory-simulation-book.ts';
import { advanceSimulations, noteSimulations } from './simulate-rules.ts';

const decided = (orderId: string, daysOverdue: number, amount: number, changes: Partial<DecisionRecord> = {}): PastDecision => ({
  orderId,
  record: {
    facts: { customerId: 'C1', daysOverdue, amount, exposure: amount, limit: 1_000_000 }, moment: { now: NOON, placedAt: NOON },
    said: daysOverdue > 45 ? { verdict: 'ask', because: 'overdue' } : { verdict: 'grant', because: 'none' }, rule: daysOverdue > 45 ? 'freeze-overdue' : null, hash: 'shipped', ...changes,
  },
});

type Advanced = MessageOf<'SimulationAdvanced'>['value'];

function desk(past: readonly PastDecision[], pageSize = 2) {
  const ports = { simulations: memorySimulationBook(() => past), log: quietLog };
  const inUnit = async (work: (unit: Unit) => Promise<unknown>): Promise<readonly Advanced[]> => {
    const sent: Outgoing[] = [];
    await work({ tx: { kind: 'memory' }, now: NOON, send: (message) => sent.push(message), afterCommit: () => {} });
    return sent.flatMap((message) => (message.type === 'SimulationAdvanced' ? [message.value] : []));
  };
  const advance = advanceSimulations(ports, pageSize);
  return {
    ask: (set: RuleSet, changes: Partial<SimulationAsked> = {}) => inUnit((unit) => noteSimulations(ports)([simulationAsked({ content: writeRuleSet(set), hash: hashOf(set), ...changes })], unit)),
    /** Goes on until there is nothing to do. */
    toTheEnd: async (): Promise<readonly Advanced[]> => {
      const all: Advanced[] = [];
      for (let more = true; more;) all.push(...await inUnit(async (unit) => { more = await advance(unit); }));
      return all;
    },
  };
}

describe('putting other rules to past decisions', () => {
  it('tells how many orders, over how much, would have been decided otherwise, and shows some', async () => {
    const { ask, toTheEnd } = desk([decided('O1', 0, 100), decided('O2', 30, 200), decided('O3', 31, 300), decided('O4', 50, 400), decided('O5', 70, 500)]);
    await ask(freezeAfter(30));
    const told = await toTheEnd();
    expect(told.map(({ state, checked, total }) => `${state} ${checked}/${total}`)).toEqual(['running 2/5', 'running 4/5', 'running 5/5', 'done 5/5']);
    const last = told.at(-1)!;
    expect(last.changed).toBe(1);
    expect(JSON.parse(last.outcomes)).toEqual([
      { was: 'grant', would: 'grant', orders: 2, amount: '300' }, { was: 'grant', would: 'ask', orders: 1, amount: '300' }, { was: 'ask', would: 'ask', orders: 2, amount: '900' },
    ]);
    expect(JSON.parse(last.examples)).toMatchObject([{ orderId: 'O3', was: 'grant', would: 'ask', rule: 'freeze', facts: { daysOverdue: 31 } }]);
  });

  it('looks at decisions of the time that is asked for alone', async () => {
    const at = (now: number) => ({ moment: { now, placedAt: now } });
    const { ask, toTheEnd } = desk([decided('O1', 40, 1, at(NOON - days(2))), decided('O2', 40, 1, at(NOON - days(1))), decided('O3', 40, 1, at(NOON))]);
    await ask(freezeAfter(30), { since: NOON - days(1), until: NOON });
    expect((await toTheEnd()).at(-1)).toMatchObject({ state: 'done', changed: 1 });
  });

  it('says that nothing would have changed when the rules are the same', async () => {
    const { ask, toTheEnd } = desk([decided('O1', 50, 1)]);
    await ask(freezeAfter(45));
    expect((await toTheEnd()).at(-1)).toMatchObject({ state: 'done', changed: 0, examples: '[]' });
  });

  it('begins once, however often it is asked, and leaves what others decide', async () => {
    const { ask, toTheEnd } = desk([decided('O1', 50, 1)]);
    await ask(freezeAfter(30));
    await toTheEnd();
    await ask(freezeAfter(30));
    await ask(freezeAfter(30), { simulationId: 's2', point: 'replenishment' });
    expect(await toTheEnd()).toEqual([]);
  });

  it('refuses rules that can not be decided by, with the cell', async () => {
    const { ask, toTheEnd } = desk([]);
    const wrong = freezeAfter(30, { when: { daysOverdue: '> many' } });
    expect(await ask(wrong)).toMatchObject([{ state: 'refused', detail: expect.stringContaining('freeze daysOverdue "many" is not a number') }]);
    expect(await ask(freezeAfter(1), { content: '{' })).toMatchObject([{ state: 'refused', detail: 'a rule set is JSON, and this is none' }]);
    expect(await toTheEnd()).toEqual([]);
  });
});
