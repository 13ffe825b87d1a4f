import type { Transaction } from '@order-mesh/messaging';
import type { Database } from '@order-mesh/platform';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import { begin, changed } from '../src/domain/import.ts';
import { memoryImports, memoryToldOrders } from '../src/outbound/memory-imports.ts';
import { memoryReportBook } from '../src/outbound/memory-report-book.ts';
import { memoryPositions } from '../src/outbound/memory-positions.ts';
import { pgImports, pgToldOrders } from '../src/outbound/pg-imports.ts';
import { pgReportBook } from '../src/outbound/pg-report-book.ts';
import { pgPositions } from '../src/outbound/pg-positions.ts';
import type { Imports, Positions, ReportBook, ToldOrders } from '../src/usecases/ports.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([{ schema: 'crm_adapter', folder: new URL('../migrations/', import.meta.url) }]);
  database = server.open('crm_adapter');
}, 60_000);
afterAll(async () => { await server?.stop(); });

interface Place {
  readonly positions: Positions;
  readonly told: ToldOrders;
  readonly imports: Imports;
  readonly book: ReportBook;
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
}

const places: readonly (readonly [string, () => Place])[] = [
  ['in memory', () => ({ positions: memoryPositions(), told: memoryToldOrders(), imports: memoryImports(), book: memoryReportBook(), transaction: (work) => work({ kind: 'memory' }) })],
  ['in PostgreSQL', () => ({ positions: pgPositions('/data/OrderChangeEvent', database), told: pgToldOrders(database), imports: pgImports(database), book: pgReportBook(database), transaction: (work) => database.transaction(work) })],
];

describe.each(places)('the position in the stream of changes %s', (_name, open) => {
  it('begins with nothing, keeps any bytes, and keeps the newest change when the bytes are given up', async () => {
    const { positions, transaction } = open();
    expect(await positions.load()).toEqual({ replayId: null, changedAt: null });
    const replayId = Buffer.from([0, 255, 0, 17, 39, 92]);
    await transaction((tx) => positions.save(tx, { replayId, changedAt: 1_767_225_600_123 }));
    expect(await positions.load()).toEqual({ replayId, changedAt: 1_767_225_600_123 });
    await transaction((tx) => positions.save(tx, { replayId: null, changedAt: null }));
    expect(await positions.load()).toEqual({ replayId: null, changedAt: 1_767_225_600_123 });
  });
});

describe.each(places)('a first load %s', (_name, open) => {
  it('counts changes as missing from its beginning on, unless some were understood before', async () => {
    const { positions, transaction } = open();
    await database.query({ name: 'empty', text: 'delete from crm_adapter.position' });
    await transaction((tx) => positions.begin(tx, 1_000));
    expect(await positions.load()).toEqual({ replayId: null, changedAt: 1_000 });
    const replayId = Buffer.from([1]);
    await transaction((tx) => positions.save(tx, { replayId, changedAt: 2_000 }));
    await transaction((tx) => positions.begin(tx, 3_000));
    expect(await positions.load()).toEqual({ replayId, changedAt: 2_000 });
  });

  it('knows which orders were told of, each new once', async () => {
    const { told, transaction } = open();
    expect(await transaction((tx) => told.note(tx, ['B', 'A', 'B']))).toEqual(new Set(['A', 'B']));
    expect(await transaction((tx) => told.note(tx, ['C', 'B']))).toEqual(new Set(['C']));
    expect([await told.among(['A', 'X', 'C']), await told.among([])]).toEqual([new Set(['A', 'C']), new Set()]);
  });

  it('gives back an import as it was saved, and the one that is active', async () => {
    const { imports, transaction } = open();
    const one = begin({ importId: 'I1', system: 'salesforce', since: 5, status: 'Activated', dryRun: false, requestedBy: 'Li Na', requestedAt: 7 });
    expect([await imports.active(), await transaction((tx) => imports.load(tx, 'I1'))]).toEqual([null, null]);
    await transaction((tx) => imports.save(tx, one));
    expect([await imports.active(), await transaction((tx) => imports.activeIn(tx)), await transaction((tx) => imports.load(tx, 'I1'))]).toEqual([one, one, one]);
    const stopped = changed(one, { state: 'stopped', place: { listId: 'L', page: 'x', taken: 3 } });
    await transaction((tx) => imports.save(tx, stopped));
    expect([await imports.active(), await transaction((tx) => imports.load(tx, 'I1'))]).toEqual([null, stopped]);
  });
});

describe.each(places)('what the CRM is to show of orders %s', (_name, open) => {
  it('is what was reported last of each, and what was reported before where the later says nothing', async () => {
    const { book, transaction } = open();
    await transaction((tx) => book.add(tx, [{ orderId: 'R1', status: 'Confirmed', waybill: 'SF1', reason: '' }, { orderId: 'R1', reason: 'not cancelled' }, { orderId: 'R2', status: 'Rejected' }]));
    const first = await book.shown(['R1', 'R2', 'R3']);
    expect([...first].map(([orderId, { report }]) => [orderId, report]).sort()).toEqual([
      ['R1', { orderId: 'R1', status: 'Confirmed', waybill: 'SF1', reason: 'not cancelled' }], ['R2', { orderId: 'R2', status: 'Rejected' }]]);
    await transaction((tx) => book.add(tx, [{ orderId: 'R1', reason: '' }]));
    await transaction((tx) => book.add(tx, []));
    const later = await book.shown(['R1', 'R2']);
    expect(later.get('R1')?.report).toEqual({ orderId: 'R1', status: 'Confirmed', waybill: 'SF1', reason: '' });
    expect(Number(later.get('R1')?.version)).toBeGreaterThan(Number(first.get('R1')?.version));
    expect(later.get('R2')).toEqual(first.get('R2'));
  });
});

it('PostgreSQL takes no second active import', async () => {
  const imports = pgImports(database);
  const save = (importId: string) => database.transaction((tx) => imports.save(tx, begin({ importId, system: 'salesforce', since: null, status: 'Activated', dryRun: false, requestedBy: 'Li Na', requestedAt: 7 })));
  await save('I2');
  await expect(save('I3')).rejects.toMatchObject({ code: '23505' });
});
