import type { Transaction } from '@order-mesh/messaging';
import type { Database } from '@order-mesh/platform';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import { memoryPositions } from '../src/outbound/memory-positions.ts';
import { pgPositions } from '../src/outbound/pg-positions.ts';
import type { Positions } from '../src/usecases/ports.ts';

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
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
}

const places: readonly (readonly [string, () => Place])[] = [
  ['in memory', () => ({ positions: memoryPositions(), transaction: (work) => work({ kind: 'memory' }) })],
  ['in PostgreSQL', () => ({ positions: pgPositions('/data/OrderChangeEvent', database), transaction: (work) => database.transaction(work) })],
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
