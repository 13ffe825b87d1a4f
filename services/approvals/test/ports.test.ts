import fc from 'fast-check';
import { defaultPolicy } from '@order-mesh/contracts';
import { pgRuleBook, rulebookMigrations } from '@order-mesh/rulebook';
import { approvalFlow } from '@order-mesh/rules';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import type { Database } from '@order-mesh/platform';
import { fen } from '@order-mesh/kernel';
import type { Delegation } from '../src/domain/delegation.ts';
import type { DecidedTask, Dossier, OpenTask } from '../src/domain/task.ts';
import { pgDelegationBook } from '../src/outbound/pg-delegation-book.ts';
import { pgTaskBook } from '../src/outbound/pg-task-book.ts';
import { countTasks } from '../src/outbound/pg-task-count.ts';
import { approvalsDesk, DEADLINE, decide, inMemory, NOON, quietLog, request, tabled, type Place } from './scene.ts';
import { play, step } from './story.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([rulebookMigrations, { schema: 'approvals', folder: new URL('../migrations/', import.meta.url) }]);
  database = server.open('approvals');
}, 90_000);

afterAll(async () => { await server?.stop(); }, 30_000);

async function inPostgres(): Promise<Place> {
  for (const table of ['task', 'withdrawal', 'delegation']) await database.query({ name: `test.empty-${table}`, text: `delete from approvals.${table}` });
  return { book: pgTaskBook, delegations: pgDelegationBook, ruleBook: pgRuleBook({ service: 'approvals', points: [approvalFlow], policy: defaultPolicy, log: quietLog }), transaction: (work) => database.transaction(work) };
}

const evidence = [{ exposure: fen(512n), limit: fen(500n), daysOverdue: 46, overdue: fen(12n), receivables: 7, paid: 3, ordersConfirmed: 5, amountConfirmed: fen(80n), ordersRefused: 1 }];

const places = [['in memory', async () => inMemory()], ['in PostgreSQL', inPostgres]] as const;

const save = ({ book, transaction }: Place, ...dossiers: readonly Dossier[]) => transaction((tx) => book.save(tx, dossiers));
const load = ({ book, transaction }: Place, ...orderIds: readonly string[]) => transaction((tx) => book.load(tx, orderIds));
const due = ({ book, transaction }: Place, now: number, atMost: number) => transaction((tx) => book.due(tx, now, atMost));

const asked = (orderId: string, deadline = DEADLINE, subject = 'credit') => tabled(orderId, { deadline, subject });
const open = (orderId: string, deadline = DEADLINE, times: Partial<OpenTask> = {}): Dossier =>
  ({ orderId, withdrawn: null, tasks: [{ ...asked(orderId, deadline), status: 'open', remindAt: null, escalation: null, ...times }] });

describe.each(places)('a task book %s', (_name, at) => {
  it('gives back what was saved, in each state a task can have', async () => {
    const place = await at();
    const dossiers: readonly Dossier[] = [
      open('O1'),
      { orderId: 'O2', withdrawn: 2, tasks: [
        { ...asked('O2', DEADLINE, 'credit'), status: 'granted', decidedBy: 'Li Lei', decider: 'Li Lei', onBehalfOf: '', comment: '', decidedAt: NOON + 5 },
        { ...asked('O2', DEADLINE, 'discount'), status: 'denied', decidedBy: 'wecom:Han', decider: 'Han Meimei', onBehalfOf: 'Li Lei', comment: '不行', decidedAt: NOON },
      ] },
      { orderId: 'O3', withdrawn: null, tasks: [{ ...asked('O3'), revision: 3, status: 'expired' }] },
      { orderId: 'O4', withdrawn: 0, tasks: [{ ...asked('O4'), status: 'withdrawn' }] },
      { orderId: 'O5', withdrawn: 0, tasks: [] },
      open('O6', DEADLINE, { evidence, prices: [{ listAmount: fen(512n), amount: fen(500n), cost: fen(480n) }], remindAt: NOON + 1, escalation: { at: NOON + 2, to: 'sales-director' } }),
      open('O7', DEADLINE, { escalatedTo: 'sales-director' }),
    ];
    await save(place, ...dossiers);
    const found = await load(place, 'O1', 'O2', 'O3', 'O4', 'O5', 'O6', 'O7', 'none');
    expect([...found.values()].sort((one, other) => one.orderId.localeCompare(other.orderId))).toEqual(dossiers);
  });

  it('replaces what it had', async () => {
    const place = await at();
    await save(place, open('O1'));
    const decided: Dossier = { orderId: 'O1', withdrawn: 0, tasks: [{ ...asked('O1'), status: 'granted', decidedBy: 'Li Lei', decider: 'Li Lei', onBehalfOf: '', comment: 'ok', decidedAt: NOON }] };
    await save(place, decided);
    await save(place, decided);
    expect((await load(place, 'O1')).get('O1')).toEqual(decided);
  });

  it('names the orders that the clock does something to, longest ago first, no more than asked for', async () => {
    const place = await at();
    await save(place, open('O1', NOON), open('O2', NOON - 2), open('O3', NOON - 1), open('O4', NOON + 1),
      { orderId: 'O5', withdrawn: null, tasks: [{ ...asked('O5', NOON - 9), status: 'expired' }] });
    expect(await due(place, NOON, 9)).toEqual(['O2', 'O3', 'O1']);
    expect(await due(place, NOON, 2)).toEqual(['O2', 'O3']);
    await save(place, open('O6', NOON + 9, { remindAt: NOON - 3 }), open('O7', NOON + 9, { remindAt: NOON + 1, escalation: { at: NOON - 4, to: 'sales-director' } }));
    expect(await due(place, NOON, 9)).toEqual(['O7', 'O6', 'O2', 'O3', 'O1']);
  });
});

describe.each(places)('nobody decides on an own request: a task book %s', (_name, at) => {
  const decided = (facts: Partial<DecidedTask>): Dossier => ({
    orderId: 'O1', withdrawn: null, tasks: [{ ...asked('O1'), requestedBy: '王芳', status: 'granted', decidedBy: 'Li Lei', decider: 'Li Lei', onBehalfOf: '', comment: '', decidedAt: NOON, ...facts }],
  });

  it.each([['under the name it was asked in', { decidedBy: '王芳' }], ['under another name', { decidedBy: 'wecom:WangFang', decider: '王芳' }], ['through a deputy', { onBehalfOf: '王芳' }]])('takes no decision %s', async (_how, facts) => {
    const place = await at();
    await save(place, { orderId: 'O1', withdrawn: null, tasks: [{ ...asked('O1'), requestedBy: '王芳', status: 'open', remindAt: null, escalation: null }] });
    await expect(save(place, decided(facts))).rejects.toThrow();
    expect((await load(place, 'O1')).get('O1')?.tasks).toMatchObject([{ status: 'open' }]);
  });

  it('takes those of others', async () => {
    const place = await at();
    await save(place, decided({}));
    expect((await load(place, 'O1')).get('O1')).toEqual(decided({}));
  });
});

describe.each(places)('a book of delegations %s', (_name, at) => {
  const delegation = (delegationId: string, facts: Partial<Delegation> = {}): Delegation =>
    ({ delegationId, revision: 1, state: 'standing', absent: 'Li Na', deputy: 'Han Meimei', since: NOON, until: NOON + 9, reason: '', requestedBy: 'Li Na', ...facts });

  it('gives back what was saved last, and names those that had not ended', async () => {
    const { delegations, transaction } = await at();
    await transaction((tx) => delegations.save(tx, [delegation('D1'), delegation('D2', { since: NOON - 1 }), delegation('D3', { until: NOON + 1 })]));
    const ended = delegation('D1', { revision: 2, state: 'ended', until: NOON + 5, requestedBy: '王芳' });
    await transaction((tx) => delegations.save(tx, [ended]));
    await transaction((tx) => delegations.save(tx, []));
    expect([...await transaction((tx) => delegations.load(tx, ['D1', 'none']))]).toEqual([['D1', ended]]);
    expect(await transaction((tx) => delegations.inForceAfter(tx, NOON + 1))).toEqual([delegation('D2', { since: NOON - 1 }), ended]);
  });
});

describe('a task book in PostgreSQL', () => {
  it('counts what waits for whom, and of that what was escalated or is late', async () => {
    const place = await inPostgres();
    await save(place, open('O1'), open('O2', NOON - 1), open('O3', DEADLINE, { escalatedTo: 'sales-director' }));
    expect(await countTasks(database)(NOON)).toEqual([{ role: 'regional-manager', waiting: 3, overdue: 2 }]);
  });

  it('gives the same answers as one in memory, whatever happens in whatever order', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 30 }), async (story) => {
      const [told, wanted] = [await play(story, approvalsDesk(await inPostgres())), await play(story, approvalsDesk())];
      expect(told).toEqual(wanted);
    }), { numRuns: 25 });
  }, 60_000);

  it('closes a task once when a decision and the deadline come at the same moment', async () => {
    const place = await inPostgres();
    const desks = Array.from({ length: 8 }, () => approvalsDesk(place));
    for (const desk of desks) desk.setNow(DEADLINE);
    for (let round = 0; round < 10; round += 1) {
      const orderId = `O${round}`;
      await approvalsDesk(place).commands(request(orderId));
      const sent = (await Promise.all(desks.map((desk, index) => (index % 2 === 0 ? desk.press() : desk.commands(decide(orderId, 'granted')))))).flat();
      expect(sent.filter(({ type }) => type === 'ApprovalGranted' || type === 'ApprovalDenied')).toHaveLength(1);
    }
  });
});
