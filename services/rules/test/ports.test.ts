import fc from 'fast-check';
import type { Database } from '@order-mesh/platform';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import type { Change } from '../src/domain/change.ts';
import type { Release } from '../src/domain/release.ts';
import type { Shadow } from '../src/domain/shadow.ts';
import { liveVersions, pgRuleBook } from '../src/outbound/pg-rule-book.ts';
import { decide, freezeOver, hashOver, inMemory, inShort, NOON, propose, rulesDesk, type Place } from './scene.ts';
import { play, step } from './story.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([{ schema: 'rules', folder: new URL('../migrations/', import.meta.url) }]);
  database = server.open('rules');
}, 90_000);

afterAll(async () => { await server?.stop(); }, 30_000);

const run = (text: string) => server.open().query({ name: `test.${text}`, text });

async function inPostgres(): Promise<Place> {
  const text = 'alter table rules.version disable trigger user; truncate rules.version, rules.change, rules.shadow; alter table rules.version enable trigger user';
  for (const one of text.split('; ')) await run(one);
  return { book: pgRuleBook, transaction: (work) => database.transaction(work) };
}

const places = [['in memory', async () => inMemory()], ['in PostgreSQL', inPostgres]] as const;

const wish = { point: 'credit-control', author: '王芳', reason: '回款变差', askedAt: NOON };
const proposal = { ...wish, kind: 'proposal', basedOn: 'aa', hash: 'bb', content: '{}', findings: '[]' } as const;
const decision = { decidedBy: '李娜', comment: '', decidedAt: NOON + 5 };
const release = (version: number, changes: Partial<Release> = {}): Release =>
  ({ point: 'credit-control', version, hash: `h${version}`, content: '{}', changeId: `c${version}`, author: '王芳', approvedBy: '李娜', reason: '回款变差', at: NOON, ...changes });

describe.each(places)('a rule book %s', (_name, at) => {
  it('gives back changes as they were saved, in each state a change can have', async () => {
    const { book, transaction } = await at();
    const changes: readonly Change[] = [
      { ...proposal, changeId: 'c1', status: 'proposed' },
      { ...proposal, ...decision, changeId: 'c2', status: 'rejected' },
      { ...proposal, ...decision, changeId: 'c3', status: 'published', version: 1 },
      { ...wish, changeId: 'c4', kind: 'rollback', status: 'published', version: 2 },
      { ...wish, changeId: 'c5', kind: 'proposal', status: 'refused', refusal: { reason: 'wrong-cell', detail: 'rule late, cell daysOverdue' } },
      { ...wish, changeId: 'c6', kind: 'rollback', status: 'refused', refusal: { reason: 'same', detail: '' } },
      { ...proposal, point: 'replenishment', changeId: 'c1', status: 'proposed' },
    ];
    await transaction((tx) => book.saveChanges(tx, changes));
    const found = await transaction((tx) => book.changes(tx, [...changes, { point: 'credit-control', changeId: 'none' }]));
    const inOrder = (all: readonly Change[]) => [...all].sort((one, other) => `${one.point}${one.changeId}`.localeCompare(`${other.point}${other.changeId}`));
    expect(inOrder(found)).toEqual(inOrder(changes));
    const decided: Change = { ...proposal, ...decision, changeId: 'c1', status: 'published', version: 1 };
    for (let round = 0; round < 2; round += 1) await transaction((tx) => book.saveChanges(tx, [decided]));
    expect(await transaction((tx) => book.changes(tx, [{ point: 'credit-control', changeId: 'c1' }]))).toEqual([decided]);
  });

  it('knows what is in force, and every release of before', async () => {
    const { book, transaction } = await at();
    await transaction((tx) => book.addReleases(tx, [release(1), release(2, { approvedBy: null }), release(1, { point: 'replenishment' })]));
    expect(await transaction((tx) => book.live(tx, ['credit-control', 'elsewhere']))).toEqual(new Map([['credit-control', release(2, { approvedBy: null })]]));
    expect(await transaction((tx) => book.releases(tx, [{ point: 'credit-control', version: 1 }, { point: 'credit-control', version: 9 }]))).toEqual([release(1)]);
  });

  it('knows the last shadow of each point, while it runs and after', async () => {
    const { book, transaction } = await at();
    const running: Shadow = { point: 'credit-control', shadowId: 's1', changeId: 'c1', author: '王芳', since: NOON, until: NOON + 9, ended: null };
    const over: Shadow = { ...running, point: 'price', ended: { because: 'released', by: '李娜', at: NOON + 3 } };
    await transaction((tx) => book.saveShadows(tx, [running, over]));
    const points = ['credit-control', 'price', 'rebate'];
    expect(new Set(await transaction((tx) => book.shadows(tx, points)))).toEqual(new Set([running, over]));
    const next: Shadow = { ...over, shadowId: 's2', changeId: 'c2', ended: null };
    await transaction((tx) => book.saveShadows(tx, [next]));
    expect(await transaction((tx) => book.shadows(tx, ['price']))).toEqual([next]);
  });

  it('takes no version twice, none of a change that was released, and nothing that somebody released alone', async () => {
    const { book, transaction } = await at();
    await transaction((tx) => book.addReleases(tx, [release(1)]));
    for (const wrong of [release(1, { changeId: 'c9' }), release(2, { changeId: 'c1' }), release(0), release(2, { approvedBy: '王芳' })]) {
      await expect(transaction((tx) => book.addReleases(tx, [wrong]))).rejects.toThrow();
    }
    const own: Change = { ...proposal, ...decision, decidedBy: '王芳', changeId: 'c2', status: 'published', version: 2 };
    await expect(transaction((tx) => book.saveChanges(tx, [own]))).rejects.toThrow();
  });
});

describe('a rule book in PostgreSQL', () => {
  it('tells the last version of each point', async () => {
    const place = await inPostgres();
    await place.transaction((tx) => place.book.addReleases(tx, [release(1), release(2), release(1, { point: 'price' })]));
    expect(await liveVersions(database)()).toEqual(new Map([['credit-control', 2], ['price', 1]]));
  });

  it('gives the same answers as one in memory, whatever is asked for in whatever order', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 25 }), async (story) => {
      const [told, wanted] = [await play(story, rulesDesk(await inPostgres())), await play(story, rulesDesk())];
      expect(told).toEqual(wanted);
    }), { numRuns: 20 });
  }, 60_000);

  it('never loses or changes a version', async () => {
    const place = await inPostgres();
    await place.transaction((tx) => place.book.addReleases(tx, [release(1)]));
    for (const text of ['update rules.version set hash = hash', 'delete from rules.version', 'truncate rules.version']) await expect(run(text)).rejects.toThrow('never changed or removed');
    expect((await place.transaction((tx) => place.book.live(tx, ['credit-control']))).size).toBe(1);
  });

  it('releases a change once when two decide at the same moment', async () => {
    const place = await inPostgres();
    await rulesDesk(place).commands(propose('c1', freezeOver(30)));
    const told = await Promise.allSettled(['李娜', '赵敏', '张伟', '陈静'].map((by) => rulesDesk(place).commands(decide('c1', 'approved', by))));
    expect(told.flatMap((one) => (one.status === 'fulfilled' ? inShort(one.value) : [])).filter((one) => one === 'published 1')).toHaveLength(1);
    expect((await rulesDesk(place).live())?.hash).toBe(hashOver(30));
  });
});
