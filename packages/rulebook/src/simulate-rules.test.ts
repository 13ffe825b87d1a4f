import type { MessageOf, SimulationAsked } from '@order-mesh/contracts';
import { days } from '@order-mesh/kernel';
import type { Outgoing, Unit } from '@order-mesh/messaging';
import { creditControl, hashOf, price, writeRuleSet, type DecisionRecord, type Rule, type RuleSet } from '@order-mesh/rules';
import { memoryPastDecisions, memorySimulationBook } from './memory-simulation-book.ts';
import { advanceSimulations, noteSimulations, type SimulationEvent } from './simulate-rules.ts';
import type { PastDecision, SimulatedPoint } from './simulation.ts';

const NOON = Date.UTC(2026, 5, 1, 4);
const silent = () => {};
const quietLog = { debug: silent, info: silent, warn: silent, error: silent };

const verdicts: SimulatedPoint = { point: creditControl, tell: (facts, { said }) => ({ word: String(said['verdict']), amount: BigInt(facts['amount'] ?? 0), given: null }) };
/** So many fen off a line for each percent. */
const gifts: SimulatedPoint = {
  point: price, leavesOut: 'lines without a rule are not looked at',
  tell: (_facts, { said, rule }) => ({ word: rule, amount: 100n, given: BigInt(Number(said['percentOff'])) / 100n }),
};

const rule = (id: string, when: Rule['when'], then: Rule['then']): Rule => ({ id, title: id, owner: 'finance', reason: 'a test', from: null, until: null, counts: 'now', when, then, tests: [] });
const freezeAfter = (limit: number, when: Rule['when'] = { daysOverdue: `> ${limit}` }): RuleSet => ({ point: creditControl.name, rules: [rule('freeze', when, { verdict: 'ask', because: 'overdue' })] });
const percentOff = (...skus: readonly (readonly [string, number])[]): RuleSet =>
  ({ point: price.name, rules: skus.map(([sku, percent]) => rule(`for-${sku.toLowerCase()}`, { sku: `"${sku}"` }, { percentOff: percent * 100, buy: 0, get: 0, floor: 0 })) });

const simulationAsked = (changes: Partial<SimulationAsked>): SimulationEvent => ({
  type: 'SimulationAsked', value: { simulationId: 's1', point: creditControl.name, hash: '', content: '', since: 0, until: NOON + days(1), author: 'a', at: NOON, ...changes }, id: 'm1', key: 's1', at: NOON, trace: {},
});

const decided = (orderId: string, daysOverdue: number, amount: number, changes: Partial<DecisionRecord> = {}): PastDecision => ({
  orderId,
  records: [{
    facts: { customerId: 'C1', daysOverdue, amount, exposure: amount, limit: 1_000_000 }, moment: { now: NOON, placedAt: NOON },
    said: daysOverdue > 45 ? { verdict: 'ask', because: 'overdue' } : { verdict: 'grant', because: 'none' }, rule: daysOverdue > 45 ? 'freeze-overdue' : null, hash: 'shipped', ...changes,
  }],
});

/** An order with a line of each SKU, priced at so many percent off. */
const priced = (orderId: string, ...skus: readonly (readonly [string, number])[]): PastDecision => ({
  orderId,
  records: skus.map(([sku, percent]) => ({
    facts: { customerId: 'C1', region: '江苏', tier: 'D', sku, quantity: 1, unitPrice: 100 }, moment: { now: NOON, placedAt: NOON },
    said: { percentOff: percent * 100, buy: 0, get: 0, floor: 0 }, rule: `for-${sku.toLowerCase()}`, hash: 'x',
  })),
});

type Advanced = MessageOf<'SimulationAdvanced'>['value'];

function desk(past: readonly PastDecision[], pageSize = 2) {
  const ports = { service: 'credit', points: [verdicts, gifts], simulations: memorySimulationBook(), past: memoryPastDecisions(past), log: quietLog };
  const inUnit = async (work: (unit: Unit) => Promise<unknown>): Promise<readonly Advanced[]> => {
    const sent: Outgoing[] = [];
    await work({ tx: { kind: 'memory' }, now: NOON, send: (message) => sent.push(message), afterCommit: () => {} });
    return sent.flatMap((message) => (message.type === 'SimulationAdvanced' ? [message.value] : []));
  };
  const advance = advanceSimulations(ports, pageSize);
  return {
    ask: (set: RuleSet, changes: Partial<SimulationAsked> = {}) => inUnit((unit) => noteSimulations(ports)([simulationAsked({ point: set.point, content: writeRuleSet(set), hash: hashOf(set), ...changes })], unit)),
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
    const wrong = freezeAfter(30, { daysOverdue: '> many' });
    expect(await ask(wrong)).toMatchObject([{ state: 'refused', detail: expect.stringContaining('freeze daysOverdue "many" is not a number') }]);
    expect(await ask(freezeAfter(1), { content: '{' })).toMatchObject([{ state: 'refused', detail: 'a rule set is JSON, and this is none' }]);
    expect(await toTheEnd()).toEqual([]);
  });

  it('tells of what is asked line by line an order once, with what was and would have been given, and what is not looked at', async () => {
    const { ask, toTheEnd } = desk([priced('O1', ['A', 10], ['B', 5]), priced('O2', ['A', 10]), priced('O3'), priced('O4', ['B', 5])]);
    await ask(percentOff(['A', 20], ['C', 5]));
    const last = (await toTheEnd()).at(-1);
    expect(last).toMatchObject({ state: 'done', point: 'price', checked: 4, changed: 3, detail: 'lines without a rule are not looked at' });
    expect(JSON.parse(last?.outcomes ?? '')).toEqual([
      { was: 'for-a + for-b', would: 'for-a', orders: 1, amount: '200', given: '15', wouldGive: '20' }, { was: 'for-a', would: 'for-a', orders: 1, amount: '100', given: '10', wouldGive: '20' },
      { was: 'for-b', would: 'none', orders: 1, amount: '100', given: '5', wouldGive: '0' },
    ]);
    expect(JSON.parse(last?.examples ?? '')).toMatchObject([{ orderId: 'O1', was: 'for-a', would: 'for-a', given: '10', wouldGive: '20', facts: { sku: 'A' } }, { orderId: 'O2' }, { orderId: 'O4', rule: null }]);
  });

  it('tells what is paid, would be, and what it costs the company, of the orders whose costs are known', async () => {
    const sold = (paid: number, cost: number) => ({ sold: { paid: BigInt(paid), cost: BigInt(cost) } });
    const { ask, toTheEnd } = desk([{ ...priced('O1', ['A', 10], ['B', 5]), ...sold(185, 150) }, { ...priced('O2', ['A', 10]), ...sold(90, 60) }, priced('O3', ['A', 10]), { ...priced('O4', ['A', 10]), ...sold(90, 85) }, priced('O5', ['B', 5])]);
    await ask(percentOff(['A', 20]));
    expect(JSON.parse((await toTheEnd()).at(-1)?.outcomes ?? '')).toEqual([
      { was: 'for-a + for-b', would: 'for-a', orders: 1, amount: '200', given: '15', wouldGive: '20', margin: { orders: 1, paid: '185', wouldPay: '180', cost: '150' } },
      { was: 'for-a', would: 'for-a', orders: 3, amount: '300', given: '30', wouldGive: '60', margin: { orders: 2, paid: '180', wouldPay: '160', cost: '145' } },
      { was: 'for-b', would: 'none', orders: 1, amount: '100', given: '5', wouldGive: '0' },
    ]);
  });

  it('tells of 200 ways to decide one by one, and of the rest together', async () => {
    const { ask, toTheEnd } = desk(Array.from({ length: 250 }, (_, index) => priced(`O${index}`, [`S${index}`, 1])), 100);
    await ask(percentOff(['A', 20]));
    const outcomes: unknown = JSON.parse((await toTheEnd()).at(-1)?.outcomes ?? '');
    expect(outcomes).toHaveLength(201);
    expect(outcomes).toContainEqual({ was: 'others', would: 'others than those', orders: 50, amount: '5000', given: '50', wouldGive: '0' });
  });
});
