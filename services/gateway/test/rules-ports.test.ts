import type { RulesPublished } from '@order-mesh/contracts';
import type { Transaction } from '@order-mesh/messaging';
import type { Database } from '@order-mesh/platform';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import { memoryRulesViews } from '../src/outbound/memory-rules-views.ts';
import { pgRulesReader, pgRulesViews } from '../src/outbound/pg-rules-views.ts';
import type { ShadowView } from '../src/domain/shadow-view.ts';
import { askedSimulation } from '../src/domain/simulation-view.ts';
import { unknownChange, type ChangeView } from '../src/domain/rules-view.ts';
import type { RulesReader, RulesViews } from '../src/usecases/rules-ports.ts';
import { CREDIT, NOON } from './rules-scene.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([{ schema: 'gateway', folder: new URL('../migrations/', import.meta.url) }]);
  database = server.open('gateway');
}, 60_000);

afterAll(async () => { await server?.stop(); });

beforeEach(async () => {
  for (const table of ['rules_version', 'rules_change', 'rules_simulation', 'rules_shadow']) await database.query({ name: `empty-${table}`, text: `delete from gateway.${table}` });
});

interface Place {
  readonly views: RulesViews;
  readonly reader: RulesReader;
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
}

const inMemory = (): Place => {
  const views = memoryRulesViews();
  return { views, reader: views, transaction: (work) => work({ kind: 'memory' }) };
};
const places: readonly (readonly [string, () => Place])[] = [
  ['in memory', inMemory],
  ['in PostgreSQL', () => ({ views: pgRulesViews, reader: pgRulesReader(database), transaction: (work) => database.transaction(work) })],
];

const release = (point: string, version: number): RulesPublished =>
  ({ point, version, hash: `h${version}`, content: `{"point":"${point}","rules":[]}`, changeId: `c${version}`, author: '王芳', approvedBy: version === 2 ? null : '李娜', reason: 'why', at: NOON + version });
const change = (changeId: string, at: number, point = CREDIT): ChangeView =>
  ({ ...unknownChange(point, changeId), asked: { kind: 'proposal', author: '王芳', reason: 'why', at, basedOn: 'aa', toVersion: null }, content: '{"rules":"\\u0000"}' });

describe.each(places)('views of the rules %s', (_, open) => {
  it('know what is in force and every release of before, each added once', async () => {
    const { views, reader, transaction } = open();
    await transaction((tx) => views.addReleases(tx, [release(CREDIT, 2), release(CREDIT, 1), release('replenishment', 1)]));
    await transaction((tx) => views.addReleases(tx, [{ ...release(CREDIT, 2), hash: 'other' }]));
    expect((await reader.live()).map(({ point, version, hash }) => [point, version, hash])).toEqual([[CREDIT, 2, 'h2'], ['replenishment', 1, 'h1']]);
    expect((await reader.releases(CREDIT)).map(({ version, approvedBy }) => [version, approvedBy])).toEqual([[2, null], [1, '李娜']]);
    expect(await reader.release(CREDIT, 1)).toEqual({ point: CREDIT, version: 1, hash: 'h1', changeId: 'c1', author: '王芳', approvedBy: '李娜', reason: 'why', at: new Date(NOON + 1).toISOString(), content: '{"point":"credit-control","rules":[]}' });
    expect([await reader.release(CREDIT, 9), await reader.releases('nowhere')]).toEqual([null, []]);
  });

  it('give back changes by their names, and list them newest first', async () => {
    const { views, reader, transaction } = open();
    await transaction((tx) => views.saveChanges(tx, [change('c1', NOON), change('c2', NOON + 2), change('c3', NOON + 2), change('c4', NOON, 'replenishment')]));
    expect(await transaction((tx) => views.loadChanges(tx, [{ point: CREDIT, changeId: 'c2' }, { point: 'replenishment', changeId: 'c2' }]))).toEqual([change('c2', NOON + 2)]);
    expect(await transaction((tx) => views.findChange(tx, 'c4'))).toEqual(change('c4', NOON, 'replenishment'));
    expect(await transaction((tx) => views.findChange(tx, 'c9'))).toBeNull();
    expect((await reader.changes(CREDIT, { limit: 2 })).map(({ changeId }) => changeId)).toEqual(['c3', 'c2']);
    expect((await reader.changes(CREDIT, { limit: 2, after: { at: NOON + 2, id: 'c2' } })).map(({ changeId }) => changeId)).toEqual(['c1']);
    await transaction((tx) => views.saveChanges(tx, [{ ...change('c1', NOON), published: { version: 3, hash: 'h', author: 'a', approvedBy: null, reason: 'r', at: NOON } }]));
    expect(await reader.change('c1')).toMatchObject({ status: 'approved', version: 3, content: '{"rules":"\\u0000"}' });
    expect(await reader.change('c9')).toBeNull();
  });

  it('tell what became of changes at all points since a moment, the newest of many', async () => {
    const { views, reader, transaction } = open();
    const live = { ...change('c3', NOON + 3, 'replenishment'), published: { version: 3, hash: 'h', author: '李娜', approvedBy: '王芳', reason: 'r', at: NOON + 9 } };
    await transaction((tx) => views.saveChanges(tx, [change('c1', NOON), change('c2', NOON + 2), live]));
    const nothing = { liveAt: null, rejectedAt: null, refusedAt: null };
    expect(await reader.changesSince(NOON + 1, 9)).toEqual([
      { ...nothing, author: '李娜', kind: 'proposal', askedAt: NOON + 3, liveAt: NOON + 9 }, { ...nothing, author: '王芳', kind: 'proposal', askedAt: NOON + 2 }]);
    expect(await reader.changesSince(NOON, 1)).toHaveLength(1);
  });

  it('list the shadows that run, and keep the last of each change', async () => {
    const { views, reader, transaction } = open();
    const view = (shadowId: string, changeId: string, since: number): ShadowView => ({ shadowId, changeId, point: CREDIT, begun: { author: '王芳', since, until: since + 9 }, over: null, told: null });
    const over = { ...view('s2', 'c1', NOON + 2), over: { because: 'stopped', by: '李娜', at: NOON + 3 } };
    await transaction((tx) => views.saveShadows(tx, [view('s1', 'c1', NOON), view('s2', 'c1', NOON + 2), view('s3', 'c2', NOON + 1)]));
    expect((await reader.shadows()).map(({ shadowId }) => shadowId)).toEqual(['s2', 's3', 's1']);
    await transaction((tx) => views.saveShadows(tx, [over]));
    expect((await reader.shadows()).map(({ shadowId }) => shadowId)).toEqual(['s3', 's1']);
    expect([await reader.shadow('c1'), await reader.shadow('c9')]).toMatchObject([{ shadowId: 's2', state: 'ending', endedBy: '李娜' }, null]);
    expect(await transaction((tx) => views.findShadow(tx, 'c1'))).toEqual(over);
    expect(await transaction((tx) => views.findShadow(tx, 'c9'))).toBeNull();
    expect(await transaction((tx) => views.loadShadows(tx, ['s3', 's9']))).toEqual([view('s3', 'c2', NOON + 1)]);
  });

  it('keep how far a simulation is', async () => {
    const { views, reader, transaction } = open();
    const view = askedSimulation({ simulationId: 's1', point: CREDIT, content: '{}', since: NOON, until: NOON + 1, author: '王芳', at: NOON });
    const told = { ...view, told: { state: 'done', total: 1, checked: 1, changed: 0, outcomes: '[1]', examples: '[]', detail: '', at: NOON } };
    await transaction((tx) => views.saveSimulations(tx, [view]));
    expect(await reader.simulation('s1')).toMatchObject({ state: 'asked' });
    await transaction((tx) => views.saveSimulations(tx, [told]));
    expect(await transaction((tx) => views.loadSimulations(tx, ['s1', 's9']))).toEqual([told]);
    expect([await reader.simulation('s1'), await reader.simulation('s9')]).toMatchObject([{ state: 'done', outcomes: [1] }, null]);
  });
});
