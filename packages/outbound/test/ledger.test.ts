import { hours, seconds } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import type { Database } from '@order-mesh/platform';
import { memoryCallLedger, outboundMigrations, pgCallLedger, type CallLedger, type ClaimedCall, type NewCall } from '@order-mesh/outbound';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';

const NOW = Date.UTC(2026, 0, 5, 8);
const call = (key: string, facts: Partial<NewCall> = {}): NewCall => ({
  key, operation: 'plan', orderId: key, ledger: 'C1', request: { city: '苏州', lines: [1, 2] }, giveUpAt: NOW + hours(1), trace: { traceparent: '00-a-b-01' }, repeatable: false, priority: 0, ...facts,
});
const RATES = { perSecond: 100, ledgerPerSecond: 20 };
const lease = (by: string, until = NOW + seconds(6)) => ({ by, until });

interface Place {
  readonly ledger: CallLedger;
  within<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
}

/** What every ledger must do; `open` gives an empty one. */
function keepsCalls(open: () => Promise<Place>): void {
  let place: Place;
  beforeEach(async () => { place = await open(); });
  const add = (...calls: readonly NewCall[]) => place.within((tx) => place.ledger.add(tx, calls, NOW));
  const look = () => place.ledger.look(5, NOW);
  const claim = (by: string, now = NOW, facts = {}) => place.within((tx) => place.ledger.claim(tx, { now, lease: lease(by, now + seconds(6)), limit: 10, onlyGivenUp: false, after: '', mostOfOne: 10, allowances: [], ...facts }));

  it('gives back a call as it was asked', async () => {
    await add(call('A1'));
    const { repeatable: _repeatable, priority: _priority, ...asked } = call('A1');
    expect(await claim('w1')).toEqual([{ ...asked, askedAt: NOW, attempts: 0, known: 'not-done' }]);
  });

  it('takes a key once', async () => {
    expect(await add(call('A1'))).toEqual(['A1']);
    expect(await add(call('A1'), call('A2'))).toEqual(['A2']);
  });

  it('gives a call to one worker at a time, and to another with an unknown outcome when the lease is over', async () => {
    await add(call('A1'));
    expect(await claim('w1')).toHaveLength(1);
    expect(await claim('w2')).toHaveLength(0);
    expect(await claim('w2', NOW + seconds(6))).toEqual([expect.objectContaining({ key: 'A1', known: 'unknown' })]);
  });

  it('leases a call to who asks it', async () => {
    await add(call('A1', { lease: lease('w1') }));
    expect(await claim('w2')).toEqual([]);
    expect(await place.within((tx) => place.ledger.save(tx, [{ type: 'settled', key: 'A1', attempts: 1, outcome: { type: 'answered', answer: { waybill: 'SF1' } } }], { by: 'w1', now: NOW }))).toEqual(['A1']);
    expect(await place.ledger.anyDue(NOW + hours(9))).toBe(false);
  });

  it('lets nobody write who lost the lease', async () => {
    await add(call('A1', { lease: lease('w1') }));
    await claim('w2', NOW + seconds(6));
    const refused = { type: 'settled', key: 'A1', attempts: 1, outcome: { type: 'refused', reason: 'not-served', detail: 'no' } } as const;
    expect(await place.within((tx) => place.ledger.save(tx, [refused], { by: 'w1', now: NOW }))).toEqual([]);
    expect(await place.within((tx) => place.ledger.save(tx, [refused], { by: 'w2', now: NOW }))).toEqual(['A1']);
  });

  it('prolongs a lease', async () => {
    await add(call('A1', { lease: lease('w1') }));
    await place.within((tx) => place.ledger.renew(tx, ['A1'], lease('w1', NOW + seconds(60))));
    expect(await claim('w2', NOW + seconds(59))).toEqual([]);
  });

  it('gives a call that is tried again no earlier than it is due, with what is known', async () => {
    await add(call('A1', { lease: lease('w1') }), call('A2', { lease: lease('w1') }));
    const again = { type: 'again', attempts: 3, nextAt: NOW + seconds(2), detail: 'down' } as const;
    await place.within((tx) => place.ledger.save(tx, [{ ...again, key: 'A1', known: 'unknown' }, { ...again, key: 'A2', known: 'not-done' }], { by: 'w1', now: NOW }));
    expect([await claim('w1', NOW + seconds(1)), await place.ledger.anyDue(NOW + seconds(1))]).toEqual([[], false]);
    expect(await place.ledger.anyDue(NOW + seconds(2))).toBe(true);
    const due = await claim('w1', NOW + seconds(2));
    expect(due.map(({ key, known, attempts }) => [key, known, attempts]).sort()).toEqual([['A1', 'unknown', 3], ['A2', 'not-done', 3]]);
  });

  const burst = (count: number, ledger: string, facts: Partial<NewCall> = {}) => add(...Array.from({ length: count }, (_, at) => call(`${ledger}-${facts.customer ?? ''}${at}`, { ledger, ...facts })));
  const ledgersOf = (calls: readonly ClaimedCall[]) => calls.map(({ ledger }) => ledger);

  it('keeps the receipt of what the partner has taken, through a lease that ran out, and when it is given up', async () => {
    const accepted = { receipt: 'R1', resultBy: NOW + seconds(60) };
    await add(call('A1', { lease: lease('w1') }));
    await place.within((tx) => place.ledger.save(tx, [{ type: 'again', key: 'A1', known: 'unknown', attempts: 1, nextAt: NOW + 1, detail: 'taken', accepted }], { by: 'w1', now: NOW }));
    expect(await place.within((tx) => place.ledger.withdraw(tx, ['A1'], NOW))).toEqual([]);
    expect(await claim('w2', NOW + 1)).toEqual([expect.objectContaining({ key: 'A1', known: 'unknown', accepted })]);
    expect(await claim('w3', NOW + 1 + seconds(6))).toEqual([expect.objectContaining({ key: 'A1', known: 'unknown', accepted })]);
    await place.within((tx) => place.ledger.save(tx, [{ type: 'again', key: 'A1', known: 'not-done', attempts: 2, nextAt: NOW + seconds(8), detail: 'absent' }], { by: 'w3', now: NOW }));
    expect((await claim('w1', NOW + seconds(8)))[0]?.accepted).toBeUndefined();
  });

  it('takes the ledgers in turn, whatever waits of another', async () => {
    await burst(10_000, 'C1');
    await place.within((tx) => place.ledger.add(tx, [call('B1', { ledger: 'C2' })], NOW + 1));
    expect(ledgersOf(await claim('w1', NOW + 1, { limit: 2 }))).toEqual(['C1', 'C2']);
  });

  it('goes on after the ledger that had the last turn, so that many ledgers all have one', async () => {
    for (const ledger of ['C1', 'C2', 'C3']) await burst(3, ledger);
    const turns: string[] = [];
    for (let turn = 0; turn < 6; turn += 1) turns.push(...ledgersOf(await claim('w1', NOW, { limit: 1, after: turns.at(-1) ?? '' })));
    expect(turns).toEqual(['C1', 'C2', 'C3', 'C1', 'C2', 'C3']);
  });

  it('takes of a ledger what its tokens carry, and passes over one that has none', async () => {
    for (const ledger of ['C1', 'C2', 'C3']) await burst(5, ledger);
    const taken = ledgersOf(await claim('w1', NOW, { mostOfOne: 3, allowances: [{ ledger: 'C1', most: 0 }, { ledger: 'C2', most: 1 }] }));
    expect(taken).toEqual(['C2', 'C3', 'C3', 'C3']);
  });

  it('fills what was asked for from one ledger when no other has any', async () => {
    await burst(30, 'C1');
    expect(await claim('w1', NOW, { after: 'C1' })).toHaveLength(10);
  });

  it('takes the customers of one ledger in turn, and an undo of any of them first', async () => {
    await burst(20, 'L1', { customer: 'C1' });
    await burst(1, 'L1', { customer: 'C2' });
    await place.within((tx) => place.ledger.add(tx, [call('U1', { ledger: 'L1', customer: 'C1', priority: 1 })], NOW + 1));
    const taken = await claim('w1', NOW + 1, { limit: 4 });
    expect([taken[0]?.key, taken.map(({ customer }) => customer).toSorted()]).toEqual(['U1', ['C1', 'C1', 'C1', 'C2']]);
  });

  it('keeps until when a ledger is left alone, and no longer', async () => {
    const throttle = (until: number) => place.within((tx) => place.ledger.throttle(tx, [{ ledger: 'C1', until, detail: 'HTTP 429' }, { ledger: 'C1', until: until - 1, detail: 'HTTP 429' }]));
    await throttle(NOW + seconds(30));
    await throttle(NOW + seconds(20));
    expect(await look()).toMatchObject({ throttled: [{ ledger: 'C1', until: NOW + seconds(30) }] });
    expect(await place.ledger.look(5, NOW + seconds(30))).toMatchObject({ throttled: [] });
  });

  it('takes of one ledger what has a higher priority first, of one priority the oldest', async () => {
    await place.within((tx) => place.ledger.add(tx, [call('A2'), call('A3')], NOW));
    await place.within((tx) => place.ledger.add(tx, [call('A1')], NOW - 1));
    await place.within((tx) => place.ledger.add(tx, [call('U1', { priority: 1 })], NOW + 1));
    expect((await claim('w1', NOW + 2, { limit: 1 })).map(({ key }) => key)).toEqual(['U1']);
    expect((await claim('w1', NOW + 2, { limit: 1 })).map(({ key }) => key)).toEqual(['A1']);
  });

  it('takes what somebody has taken up once before what nobody has, and asked again after its end it is new', async () => {
    await add(call('A1'), call('A2', { lease: lease('w0') }), call('R1', { repeatable: true }));
    await claim('w1');
    await place.within((tx) => place.ledger.save(tx, [{ type: 'settled', key: 'R1', attempts: 1, outcome: { type: 'answered', answer: null } }], { by: 'w1', now: NOW }));
    await place.within((tx) => place.ledger.add(tx, [call('A3')], NOW + 1));
    await place.within((tx) => place.ledger.add(tx, [call('R1', { repeatable: true })], NOW + 2));
    const again = await claim('w2', NOW + seconds(6));
    expect([again.slice(0, 2).map(({ key }) => key).toSorted(), again.slice(2).map(({ key }) => key)]).toEqual([['A1', 'A2'], ['A3', 'R1']]);
  });

  it('keeps how the partner stands, and says a change once', async () => {
    expect(await look()).toEqual({ waiting: 0, standing: null, throttled: [] });
    await place.within((tx) => place.ledger.register(tx, NOW, RATES));
    await place.within((tx) => place.ledger.register(tx, NOW + 1, RATES));
    await add(call('A1'));
    expect(await look()).toMatchObject({ waiting: 1, standing: { state: 'well', since: NOW, pausedBy: null } });
    const change = (state: 'well' | 'away', at: number) => place.within((tx) => place.ledger.change(tx, { state, detail: 'no answer', at }));
    expect([await change('away', NOW + 2), await change('away', NOW + 3)]).toEqual([true, false]);
    expect(await look()).toMatchObject({ standing: { state: 'away', since: NOW + 2 } });
    expect([await change('well', NOW + 4), await change('well', NOW + 5)]).toEqual([true, false]);
  });

  it('takes back what was asked and not sent, for ever', async () => {
    await add(call('A1'), call('A2', { lease: lease('w1') }));
    expect(await place.within((tx) => place.ledger.withdraw(tx, ['A1', 'A2', 'A3'], NOW))).toEqual(['A1']);
    await add(call('A1'));
    expect(await claim('w1', NOW + hours(1))).toEqual([expect.objectContaining({ key: 'A2' })]);
  });

  it('asks a settled question anew, but no settled effect', async () => {
    const settle = (key: string) => place.within((tx) => place.ledger.save(tx, [{ type: 'settled', key, attempts: 1, outcome: { type: 'failed', detail: 'late', surelyNotDone: true } }], { by: 'w1', now: NOW }));
    const [effect, question] = [call('A1', { lease: lease('w1') }), call('Q1', { lease: lease('w1'), repeatable: true })];
    await add(effect, question);
    expect(await add(effect, question)).toEqual([]);
    await settle('A1');
    await settle('Q1');
    expect(await add(effect, question)).toEqual(['Q1']);
  });

  it('takes up nothing but what is too late while the partner is in trouble', async () => {
    await add(call('A1'), call('A2', { giveUpAt: NOW }));
    expect((await claim('w1', NOW, { onlyGivenUp: true })).map(({ key }) => key)).toEqual(['A2']);
  });

  it('forgets settled calls after their time, and no open one', async () => {
    await add(call('A1', { lease: lease('w1') }), call('A2'));
    await place.within((tx) => place.ledger.save(tx, [{ type: 'settled', key: 'A1', attempts: 1, outcome: { type: 'answered', answer: null } }], { by: 'w1', now: NOW }));
    await place.within((tx) => place.ledger.forget(tx, NOW + 1));
    expect(await add(call('A1'), call('A2'))).toEqual(['A1']);
  });
}

describe('calls kept in memory', () => {
  keepsCalls(async () => ({ ledger: memoryCallLedger(), within: (work) => work({ kind: 'memory' }) }));
});

describe('calls kept in PostgreSQL', () => {
  let server: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    server = await startTestDatabase();
    await server.migrate([outboundMigrations]);
    database = server.open();
  }, 60_000);
  afterAll(() => server.stop());

  let count = 0;
  keepsCalls(async () => ({
    ledger: pgCallLedger({ service: `service-${count += 1}`, system: 'carrier', database }),
    within: (work) => database.transaction(work),
  }));

  it('keeps the services and their partners apart', async () => {
    const [one, other] = ['carrier', 'esign'].map((system) => pgCallLedger({ service: 'apart', system, database }));
    await database.transaction((tx) => one?.add(tx, [call('A1')], NOW) ?? Promise.resolve([]));
    expect([await one?.anyDue(NOW), await other?.anyDue(NOW)]).toEqual([true, false]);
  });
});
