import { defaultPolicy, type RulesPublished, type RulesShadowed } from '@order-mesh/contracts';
import type { Transaction } from '@order-mesh/messaging';
import { silentLog, type Database } from '@order-mesh/platform';
import { creditControl, decideOn, hashOf, replenishment, writeRuleSet, type RuleSet } from '@order-mesh/rules';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import { memoryRuleBook, memorySimulationBook, pgRuleBook, pgSimulationBook, rulebookMigrations, type RuleBook, type Simulation } from '../src/index.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([rulebookMigrations]);
  database = server.open();
}, 90_000);

afterAll(async () => { await server?.stop(); }, 30_000);

interface Place {
  readonly book: RuleBook;
  readonly transaction: <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;
}

const options = { service: 'credit', points: [creditControl], policy: defaultPolicy, log: silentLog };
const inPostgres = async (): Promise<Place> => {
  for (const table of ['live', 'rule_set', 'shadow', 'shadow_tally']) await database.query({ name: `test.empty-${table}`, text: `delete from rulebook.${table}` });
  return { book: pgRuleBook(options), transaction: (work) => database.transaction(work) };
};
const places = [['in memory', async (): Promise<Place> => ({ book: memoryRuleBook(options), transaction: (work) => work({ kind: 'memory' }) })], ['in PostgreSQL', inPostgres]] as const;

const freezeAfter = (days: number): RuleSet => ({
  point: creditControl.name,
  rules: [{ id: 'freeze', title: `freeze after ${days} days`, owner: 'finance', reason: 'a test', from: null, until: null, counts: 'now', when: { daysOverdue: `> ${days}` }, then: { verdict: 'ask', because: 'overdue' }, tests: [] }],
});
const published = (version: number, set: RuleSet, point = set.point): RulesPublished =>
  ({ point, version, hash: hashOf(set), content: writeRuleSet(set), changeId: `c${version}`, author: 'a', approvedBy: 'b', reason: 'a test', at: 0 });

const learn = ({ book, transaction }: Place, ...all: readonly RulesPublished[]) => transaction((tx) => book.learn(tx, all));
const hashIn = ({ book, transaction }: Place) => transaction(async (tx) => (await book.at(tx, creditControl)).hash);

describe.each(places)('a rule book %s', (_name, open) => {
  it('decides by the shipped rules until others are published', async () => {
    const place = await open();
    const facts = { customerId: 'C1', daysOverdue: 46, amount: 1, exposure: 1, limit: 1 };
    const decide = () => place.transaction(async (tx) => (await place.book.at(tx, creditControl)).decide(facts, { now: 0, placedAt: 0 }));
    expect(await decide()).toMatchObject({ rule: 'freeze-overdue', said: { verdict: 'ask' } });
    await learn(place, published(1, freezeAfter(60)));
    expect(await decide()).toMatchObject({ rule: null, said: { verdict: 'grant' }, hash: hashOf(freezeAfter(60)) });
  });

  it('keeps to the highest version, in whatever order, and however often, it hears of them', async () => {
    const place = await open();
    await learn(place, published(2, freezeAfter(20)), published(1, freezeAfter(10)));
    await learn(place, published(1, freezeAfter(10)));
    await learn(place, published(2, freezeAfter(20)));
    expect(await hashIn(place)).toBe(hashOf(freezeAfter(20)));
    await learn(place, published(3, freezeAfter(10)));
    expect(await hashIn(place)).toBe(hashOf(freezeAfter(10)));
  });

  it('leaves what is for others, and what this release does not understand', async () => {
    const place = await open();
    const shipped = await hashIn(place);
    const strange = { ...freezeAfter(1), rules: freezeAfter(1).rules.map((rule) => ({ ...rule, when: { moonPhase: '> 1' } })) };
    await learn(place, published(1, { point: replenishment.name, rules: [] }), published(2, strange), { ...published(3, freezeAfter(1)), content: '{' });
    expect(await hashIn(place)).toBe(shipped);
  });
});

it('keeps a set in PostgreSQL although the first transaction that decided by it, twice, failed', async () => {
  const { book, transaction } = await inPostgres();
  const failing = transaction(async (tx) => {
    await book.at(tx, creditControl);
    await book.at(tx, creditControl);
    throw new Error('the transaction fails');
  });
  await expect(failing).rejects.toThrow('the transaction fails');
  const { hash } = await transaction((tx) => book.at(tx, creditControl));
  expect(await database.query({ name: 'test.kept', text: 'select hash from rulebook.rule_set' })).toEqual([{ hash }]);
});

/** In a time that is not over. */
const NOON = Date.UTC(2100, 5, 1, 4);

const shadowed = (shadowId: string, days: number, changes: Partial<RulesShadowed> = {}): RulesShadowed => ({
  slot: 'shadow:credit-control', point: creditControl.name, shadowId, changeId: `c-${shadowId}`, hash: hashOf(freezeAfter(days)), content: writeRuleSet(freezeAfter(days)), author: 'a', since: NOON, until: NOON + 1_000,
  endedBecause: '', at: NOON, ...changes,
});

/** Decides on orders, so many days overdue each, in one transaction. */
const decide = ({ book, transaction }: Place, orders: Readonly<Record<string, number>>, now = NOON + 1) => transaction(async (tx) => {
  const rules = await book.at(tx, creditControl);
  return Object.entries(orders).map(([about, daysOverdue]) =>
    decideOn(rules, { customerId: 'C1', daysOverdue, amount: 7, exposure: 7, limit: 9 }, { now, placedAt: 0, about }).said['verdict']);
});
const shadow = ({ book, transaction }: Place, ...all: readonly RulesShadowed[]) => transaction((tx) => book.shadows.learn(tx, all));
/** What there is to tell, and keeps it as told. */
const news = ({ book, transaction }: Place, now = NOON + 2) => transaction(async (tx) => {
  const found = await book.shadows.news(tx, now);
  await book.shadows.keep(tx, found);
  return found.map(({ shadowId, decisions, checked, changed, endedBecause }) => `${shadowId}: ${changed} of ${checked} (${decisions})${endedBecause === null ? '' : `, ${endedBecause}`}`);
});

describe.each(places)('rules that decide silently %s', (_name, open) => {
  it('change nothing, and are told with what they would have decided otherwise, once', async () => {
    const place = await open();
    await shadow(place, shadowed('s1', 30));
    expect(await news(place)).toEqual([]);
    expect(await decide(place, { O1: 0, O2: 31, O3: 46 })).toEqual(['grant', 'grant', 'ask']);
    expect(await news(place)).toEqual(['s1: 1 of 3 (3)']);
    expect(await news(place)).toEqual([]);
    await decide(place, { O4: 44, O5: 45 });
    expect(await news(place)).toEqual(['s1: 3 of 5 (5)']);
    await decide(place, { O6: 40 });
    const [found] = await place.transaction((tx) => place.book.shadows.news(tx, NOON + 2));
    expect(found).toMatchObject({ changeId: 'c-s1', point: 'credit-control', since: NOON, until: NOON + 1_000, endedBecause: null });
    expect(found?.outcomes).toContainEqual({ was: 'grant none', would: 'ask overdue', orders: 4, amount: '28' });
    expect(found?.examples.map(({ orderId, wasRule, rule }) => [orderId, wasRule, rule])).toEqual([['O2', null, 'freeze'], ['O4', null, 'freeze'], ['O5', null, 'freeze'], ['O6', null, 'freeze']]);
  });

  it('are over when they are stopped, and count no more', async () => {
    const place = await open();
    await shadow(place, shadowed('s1', 30));
    await decide(place, { O1: 31 });
    await shadow(place, shadowed('s1', 30, { endedBecause: 'stopped', content: '' }));
    await decide(place, { O2: 31 });
    expect(await news(place)).toEqual(['s1: 1 of 1 (1), stopped']);
    await shadow(place, shadowed('s1', 30), shadowed('s9', 30, { endedBecause: 'stopped' }));
    await decide(place, { O3: 31 });
    expect(await news(place)).toEqual([]);
  });

  it('are over when their time is', async () => {
    const place = await open();
    await shadow(place, shadowed('s1', 30));
    await decide(place, { O1: 31 }, NOON + 999);
    await decide(place, { O2: 31 }, NOON + 1_000);
    expect(await news(place, NOON + 1_000)).toEqual(['s1: 1 of 1 (1), over']);
    expect(await news(place, NOON + 1_001)).toEqual([]);
  });

  it('follow one another at a point, also where nobody heard of the end of the one before', async () => {
    const place = await open();
    await shadow(place, shadowed('s1', 30));
    await decide(place, { O1: 31 });
    await shadow(place, shadowed('s2', 60, { since: NOON + 1 }));
    await decide(place, { O2: 31, O3: 50 });
    expect((await news(place)).toSorted()).toEqual(['s1: 1 of 1 (1), replaced', 's2: 1 of 2 (2)']);
  });

  it('go on beside what is in force meanwhile', async () => {
    const place = await open();
    await shadow(place, shadowed('s1', 30));
    await learn(place, published(1, freezeAfter(30)));
    expect(await decide(place, { O1: 31, O2: 29 })).toEqual(['ask', 'grant']);
    expect(await news(place)).toEqual(['s1: 0 of 2 (2)']);
  });

  it('are over at once where this release does not understand them, and never heard of where others decide', async () => {
    const place = await open();
    await shadow(place, shadowed('s1', 30, { content: '{' }), shadowed('s2', 30, { point: replenishment.name }));
    expect(await decide(place, { O1: 31 })).toEqual(['grant']);
    expect(await news(place)).toEqual(['s1: 0 of 0 (0), these rules are not understood by this release']);
  });
});

describe('rules that decide silently in PostgreSQL', () => {
  it('count what is committed, and nothing of what is rolled back', async () => {
    const place = await inPostgres();
    await shadow(place, shadowed('s1', 30));
    await expect(place.transaction(async (tx) => {
      const rules = await place.book.at(tx, creditControl);
      decideOn(rules, { customerId: 'C1', daysOverdue: 31, amount: 7, exposure: 7, limit: 9 }, { now: NOON + 1, placedAt: 0, about: 'O1' });
      throw new RangeError('the batch fails');
    })).rejects.toThrow('the batch fails');
    expect(await news(place)).toEqual([]);
    await decide(place, { O1: 31 });
    expect(await news(place)).toEqual(['s1: 1 of 1 (1)']);
  });

  it('make no batch wait for another one', async () => {
    const place = await inPostgres();
    await shadow(place, shadowed('s1', 30));
    await Promise.all(Array.from({ length: 8 }, (_, batch) => decide(place, { [`O${batch}`]: 31, [`P${batch}`]: 0 })));
    expect(await news(place)).toEqual(['s1: 8 of 16 (16)']);
  });

  it('let orders pass when they cannot go on, and say why', async () => {
    const place = await inPostgres();
    await shadow(place, shadowed('s1', 30));
    await database.query({ name: 'test.break-shadow', text: `update rulebook.shadow set content = '{', hash = 'broken' where shadow_id = 's1'` });
    expect(await decide(place, { O1: 31, O2: 46 })).toEqual(['grant', 'ask']);
    expect(await decide(place, { O3: 31 })).toEqual(['grant']);
    expect(await news(place)).toEqual(['s1: 0 of 0 (0), these rules are not understood by this release']);
  });

  it('are looked after only as long as there may be something to tell', async () => {
    const place = await inPostgres();
    for (let look = 0; look < 3; look += 1) {
      expect(place.book.shadows.isQuiet()).toBe(false);
      await news(place);
    }
    expect(place.book.shadows.isQuiet()).toBe(true);
    await shadow(place, shadowed('s1', 30));
    await news(place);
    expect(place.book.shadows.isQuiet()).toBe(false);
  });
});

describe('a rule book in PostgreSQL', () => {
  it('is the same for the whole of a transaction, and for every process the next', async () => {
    const place = await inPostgres();
    await learn(place, published(1, freezeAfter(10)));
    const other = pgRuleBook(options);
    await place.transaction(async (tx) => {
      const before = (await place.book.at(tx, creditControl)).hash;
      await learn(place, published(2, freezeAfter(20)));
      expect((await place.book.at(tx, creditControl)).hash).toBe(before);
    });
    expect(await hashIn({ ...place, book: other })).toBe(hashOf(freezeAfter(20)));
  });

  it('is asked for once a transaction, whichever services of the process decide in it', async () => {
    const { book, transaction } = await inPostgres();
    const fillTo = (times: number): RuleSet => ({ point: replenishment.name, rules: [{ ...freezeAfter(1).rules[0]!, when: {}, then: { fillTo: times } }] });
    const other = pgRuleBook({ ...options, service: 'inventory', points: [replenishment] });
    await transaction((tx) => other.learn(tx, [published(1, fillTo(300))]));
    await transaction(async (tx) => {
      await book.at(tx, creditControl);
      await transaction((meanwhile) => other.learn(meanwhile, [published(2, fillTo(400))]));
      expect((await other.at(tx, replenishment)).hash).toBe(hashOf(fillTo(300)));
    });
    expect(await transaction(async (tx) => (await other.at(tx, replenishment)).hash)).toBe(hashOf(fillTo(400)));
  });

  it('keeps every set that was decided by, the shipped one too, and none twice', async () => {
    const place = await inPostgres();
    const shipped = await hashIn(place);
    await hashIn(place);
    await learn(place, published(1, freezeAfter(10)), published(2, freezeAfter(20)));
    const rows = await database.query<{ readonly hash: string }>({ name: 'test.sets', text: 'select hash from rulebook.rule_set' });
    expect(rows.map(({ hash }) => hash).sort()).toEqual([shipped, hashOf(freezeAfter(10)), hashOf(freezeAfter(20))].sort());
  });
});

const simulation = (changes: Partial<Simulation> = {}): Simulation => ({
  simulationId: 's1', point: creditControl.name, content: '{}', since: 1_000, until: 2_000, total: 3, checked: 0, changed: 0, outcomes: [], examples: [], after: '', isDone: false, ...changes,
});

const simulationPlaces = [
  ['in memory', async () => ({ book: memorySimulationBook(), transaction: (work: (tx: Transaction) => Promise<Simulation | null | void>) => work({ kind: 'memory' }) })],
  ['in PostgreSQL', async () => {
    await database.query({ name: 'test.empty-simulation', text: 'delete from rulebook.simulation' });
    return { book: pgSimulationBook('credit'), transaction: (work: (tx: Transaction) => Promise<Simulation | null | void>) => database.transaction(work) };
  }],
] as const;

describe.each(simulationPlaces)('a book of simulations %s', (_name, open) => {
  it('begins one once, and goes on with it until it is done', async () => {
    const { book, transaction } = await open();
    const next = () => transaction((tx) => book.next(tx));
    expect(await next()).toBeNull();
    await transaction((tx) => book.open(tx, simulation()));
    const further = simulation({ checked: 2, changed: 1, outcomes: [{ was: 'a', would: 'b', orders: 2, amount: '7' }], examples: [{ orderId: 'O1', was: 'a', would: 'b', wasRule: null, rule: null, facts: { amount: 7 } }], after: 'O2' });
    await transaction((tx) => book.save(tx, further));
    await transaction((tx) => book.open(tx, simulation()));
    expect(await next()).toEqual(further);
    await transaction((tx) => book.save(tx, { ...further, isDone: true }));
    await transaction((tx) => book.open(tx, simulation()));
    expect(await next()).toBeNull();
  });
});

it('carries on the simulations of one service alone, each by one process at a time', async () => {
  await database.query({ name: 'test.empty-simulation', text: 'delete from rulebook.simulation' });
  const [credit, pricing] = [pgSimulationBook('credit'), pgSimulationBook('pricing')];
  await database.transaction((tx) => pricing.open(tx, simulation()));
  expect(await database.transaction(async (tx) => credit.next(tx))).toBeNull();
  await database.transaction(async (tx) => {
    expect(await pricing.next(tx)).toMatchObject({ simulationId: 's1' });
    expect(await database.transaction(async (other) => pricing.next(other))).toBeNull();
  });
});
