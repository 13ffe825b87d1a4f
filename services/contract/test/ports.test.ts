import { createHash } from 'node:crypto';
import { minutes } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import type { Database } from '@order-mesh/platform';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import type { DecisionRecord } from '@order-mesh/rules';
import type { Contract } from '../src/domain/contract.ts';
import type { Documents } from '../src/outbound/documents.ts';
import { memoryContractBook } from '../src/outbound/memory-contract-book.ts';
import { memoryDocuments } from '../src/outbound/memory-documents.ts';
import { pgContractBook } from '../src/outbound/pg-contract-book.ts';
import { pgDocuments } from '../src/outbound/pg-documents.ts';
import type { ContractBook } from '../src/usecases/ports.ts';
import { NOON, SHA } from './scene.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([{ schema: 'contract', folder: new URL('../migrations/', import.meta.url) }]);
  database = server.open('contract');
}, 60_000);
afterAll(async () => { await server?.stop(); }, 60_000);

interface Place {
  readonly book: ContractBook;
  readonly transaction: <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;
}

const places: readonly (readonly [string, () => Promise<Place>])[] = [
  ['in memory', async () => ({ book: memoryContractBook(), transaction: (work) => work({ kind: 'memory' }) })],
  ['in PostgreSQL', async () => {
    await database.query({ name: 'test.empty', text: 'delete from contract.contract' });
    return { book: pgContractBook(database), transaction: (work) => database.transaction(work) };
  }],
];

const RECORD: DecisionRecord = {
  facts: { customerId: 'C1', region: '江苏', amount: 3_000, lines: 1 }, moment: { now: NOON, placedAt: NOON }, said: { template: 'short', signWithinDays: 3 },
  rule: 'short-small', hash: '0123456789abcdef', title: '用简式合同',
};
const CONTRACTS: readonly Contract[] = [
  { orderId: 'A1', revision: 0, customerId: 'C1', record: null, status: 'preparing' },
  { orderId: 'A2', revision: 0, customerId: 'C1', record: RECORD, status: 'signing', signFlowId: 'F2', checks: 3, nextCheckAt: NOON + minutes(2) },
  { orderId: 'A3', revision: 0, customerId: 'C1', record: null, status: 'signed', signFlowId: 'F3', documentSha256: SHA, signedAt: NOON },
  { orderId: 'A4', revision: 0, customerId: 'C1', record: null, status: 'refused', reason: 'signer-refused', detail: '拒签' },
  { orderId: 'A5', revision: 0, customerId: 'C1', record: null, status: 'recalled' },
  { orderId: 'A6', revision: 0, customerId: 'C1', record: null, status: 'voiding', signFlowId: 'F6', attempt: 1, awaited: true },
  { orderId: 'A7', revision: 0, customerId: 'C1', record: null, status: 'rescinding', signFlowId: 'F7', attempt: 2, awaited: false, checks: 0, nextCheckAt: NOON + minutes(1) },
  { orderId: 'A8', revision: 2, customerId: 'C1', record: RECORD, status: 'void' },
  { orderId: 'A9', revision: 0, customerId: 'C1', record: null, status: 'kept', signFlowId: 'F9', attempt: 2, reason: 'rescission-refused', detail: 'no' },
];
const IDS = CONTRACTS.map(({ orderId }) => orderId);

describe.each(places)('contracts %s', (_name, open) => {
  it('come back as they were saved, at each stage', async () => {
    const { book, transaction } = await open();
    await transaction((tx) => book.save(tx, CONTRACTS));
    expect([...(await transaction((tx) => book.load(tx, [...IDS, 'none']))).values()]).toEqual(CONTRACTS);
  });

  it('are found by their flow', async () => {
    const { book, transaction } = await open();
    await transaction((tx) => book.save(tx, CONTRACTS));
    expect(await transaction((tx) => book.findByFlows(tx, ['F3', 'none']))).toEqual(new Map([['F3', CONTRACTS[2]]]));
  });

  it('are due for a look when their time has come, and only while their flow is open', async () => {
    const { book, transaction } = await open();
    await transaction((tx) => book.save(tx, CONTRACTS));
    expect([await book.anyDueForCheck(NOON), await book.anyDueForCheck(NOON + minutes(1))]).toEqual([false, true]);
    expect(await transaction((tx) => book.dueForCheck(tx, NOON + minutes(1), 10))).toEqual([CONTRACTS[6]]);
    expect(await transaction((tx) => book.dueForCheck(tx, NOON + minutes(9), 10))).toHaveLength(2);
    await transaction((tx) => book.save(tx, [{ orderId: 'A2', revision: 0, customerId: 'C1', record: null, status: 'void' }, { orderId: 'A7', revision: 0, customerId: 'C1', record: null, status: 'void' }]));
    expect(await book.anyDueForCheck(NOON + minutes(9))).toBe(false);
  });
});

const shelves: readonly (readonly [string, () => Documents])[] = [['in memory', memoryDocuments], ['in PostgreSQL', () => pgDocuments(database)]];

describe.each(shelves)('signed documents %s', (_name, open) => {
  const bytes = Buffer.from('%PDF-1.7 \u0000 a contract %%EOF', 'latin1');
  const sha256 = createHash('sha256').update(bytes).digest('hex');

  it('are kept once a flow, the first copy, and known by their hash', async () => {
    const documents = open();
    expect(await documents.find('F1')).toBeUndefined();
    const copies = await Promise.all([0, 1, 2].map(() => documents.keep({ signFlowId: 'F1', orderId: 'A1', bytes })));
    expect(copies).toEqual([sha256, sha256, sha256]);
    expect(await documents.keep({ signFlowId: 'F1', orderId: 'A1', bytes: Buffer.from('another') })).toBe(sha256);
    expect(await documents.find('F1')).toBe(sha256);
  });
});

it('keeps signed documents byte for byte, and none under a hash that is not its own', async () => {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7) % 256));
  await pgDocuments(database).keep({ signFlowId: 'F2', orderId: 'A2', bytes });
  const [row] = await database.query<{ readonly bytes: Buffer; readonly size_bytes: number }>({ name: 'test.document', text: `select bytes, size_bytes from contract.document where order_id = 'A2'` });
  expect([row?.size_bytes, Buffer.compare(row?.bytes ?? Buffer.alloc(0), bytes)]).toEqual([300_000, 0]);
  const text = `insert into contract.document (sign_flow_id, order_id, sha256, size_bytes, bytes) values ('F3', 'A3', $1, 1, '\\x00')`;
  await expect(database.query({ name: 'test.false-hash', text, values: ['0'.repeat(64)] })).rejects.toThrow('document_check');
});
