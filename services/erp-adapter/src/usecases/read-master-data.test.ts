import type { Outgoing, Unit } from '@order-mesh/messaging';
import { silentLog } from '@order-mesh/platform';
import { memoryKnownFacts } from '../outbound/memory-known-facts.ts';
import { keyOf, type Fact, type FactKind } from '../domain/master-data.ts';
import type { ErpRow, KnownFacts } from './ports.ts';
import { readMasterData } from './read-master-data.ts';

interface Erp {
  /** Writes facts down, each as the newest change. */
  change(...facts: readonly Fact[]): void;
  /** The same for documents that are not in force. */
  drawUp(...facts: readonly Fact[]): void;
  /** Reads once and answers what was told. */
  read(): Promise<readonly Outgoing[]>;
  readonly units: () => number;
  readonly known: KnownFacts;
}

function erp({ batchRows = 500, pageRows = 1_000 } = {}): Erp {
  const rows = new Map<string, ErpRow>();
  const known = memoryKnownFacts();
  const told: Outgoing[] = [];
  let version = 0n;
  let units = 0;
  const changedSince = async (kind: FactKind, position: bigint) => {
    const newer = [...rows.values()].filter((row) => row.fact.kind === kind && row.position > position).sort((one, other) => Number(one.position - other.position));
    const page = newer.slice(0, pageRows);
    return { rows: page, readTo: page.at(-1)?.position ?? position, isLast: page.length === newer.length };
  };
  const write = (facts: readonly Fact[], row: Pick<ErpRow, 'isDraft'> = {}) => facts.forEach((fact) => rows.set(`${fact.kind} ${keyOf(fact)}`, { fact, position: (version += 1n), ...row }));
  const submit = async <Result>(work: (unit: Unit) => Promise<Result>): Promise<Result> => {
    units += 1;
    return work({ tx: { kind: 'memory' }, now: 7, send: (message) => void told.push(message), afterCommit: () => {} });
  };
  const read = readMasterData({ lists: { changedSince }, known, submit, log: silentLog, batchRows });
  return {
    known,
    units: () => units,
    change: (...facts) => write(facts),
    drawUp: (...facts) => write(facts, { isDraft: true }),
    async read() {
      await read();
      return told.splice(0);
    },
  };
}

const stock = (sku: string, onHand: number, warehouse = '01'): Fact => ({ kind: 'stock', sku, warehouse, onHand });
const product = (sku: string, safetyStock: number): Fact => ({ kind: 'product', sku, safetyStock });
const cost = (sku: string, unitCost: string | null): Fact => ({ kind: 'cost', sku, unitCost });
const customer = (customerId: string, creditLimit = '100.00'): Fact => ({ kind: 'customer', customerId, name: '华东文具', region: '上海', creditLimit });

const receivable = (receivableId: string, customerId: string, open = '80.00'): Fact => ({ kind: 'receivable', receivableId, customerId, orderId: null, amount: '80.00', open, dueAt: 9 });

describe('reading what the ERP knows', () => {
  // a limit without it would be granted once more in full
  it('tells what a customer owes before the limit', async () => {
    const u8 = erp({ batchRows: 1 });
    u8.change(customer('C1'), receivable('AR1', 'C1'), customer('C2'), receivable('AR2', 'C1'));
    expect((await u8.read()).map(({ type }) => type)).toEqual(['ReceivableChanged', 'ReceivableChanged', 'CustomerChanged', 'CustomerChanged']);
  });

  it('tells stock together with the safety level of its product', async () => {
    const u8 = erp();
    u8.change(stock('P1', 40), product('P1', 20), stock('P2', 5));
    expect(await u8.read()).toEqual([
      { type: 'StockLevelChanged', value: { sku: 'P1', warehouse: '01', onHand: 40, safetyStock: 20, changedAt: 7 } },
      { type: 'StockLevelChanged', value: { sku: 'P2', warehouse: '01', onHand: 5, safetyStock: 0, changedAt: 7 } },
    ]);
  });

  it('tells the stock of every warehouse again when only the safety level changes', async () => {
    const u8 = erp();
    u8.change(product('P1', 20), stock('P1', 40, '01'), stock('P1', 8, '02'), stock('P2', 1));
    await u8.read();
    u8.change(product('P1', 30));
    expect(await u8.read()).toMatchObject([{ value: { sku: 'P1', warehouse: '01', onHand: 40, safetyStock: 30 } }, { value: { sku: 'P1', warehouse: '02', safetyStock: 30 } }]);
  });

  it('tells what a product costs, when that changes, and when it is known no more; of a cost that was never known it says nothing', async () => {
    const u8 = erp();
    u8.change(cost('P1', '1.68'));
    u8.drawUp(cost('P2', null));
    expect(await u8.read()).toEqual([{ type: 'ProductCostChanged', value: { sku: 'P1', unitCost: 168n, changedAt: 7 } }]);
    u8.change(cost('P1', '1.70'));
    expect(await u8.read()).toMatchObject([{ value: { sku: 'P1', unitCost: 170n } }]);
    u8.drawUp(cost('P1', null));
    expect(await u8.read()).toMatchObject([{ value: { sku: 'P1', unitCost: null } }]);
  });

  it('says nothing of a row that was touched and is the same', async () => {
    const u8 = erp();
    u8.change(customer('C1'));
    await u8.read();
    u8.change(customer('C1'));
    expect(await u8.read()).toEqual([]);
    u8.change(customer('C1', '200.00'));
    expect(await u8.read()).toMatchObject([{ type: 'CustomerChanged', value: { creditLimit: 20_000n } }]);
  });

  // or credit would take the order's hold for invoiced, and nothing would be owed
  it('says nothing of a receivable that is only drawn up, until it is in force; and then also of its end', async () => {
    const u8 = erp();
    u8.drawUp(receivable('AR1', 'C1', '0.00'));
    expect(await u8.read()).toEqual([]);
    u8.change(receivable('AR1', 'C1'));
    expect(await u8.read()).toMatchObject([{ value: { receivableId: 'AR1', open: 8_000n } }]);
    u8.drawUp(receivable('AR1', 'C1', '0.00'));
    expect(await u8.read()).toMatchObject([{ value: { receivableId: 'AR1', open: 0n } }]);
  });

  it('opens no transaction while nothing changes', async () => {
    const u8 = erp();
    u8.change(customer('C1'), stock('P1', 1));
    await u8.read();
    const before = u8.units();
    await u8.read();
    expect(u8.units()).toBe(before);
  });

  it('reads a long list page by page, and tells it in bounded batches', async () => {
    const u8 = erp({ batchRows: 100, pageRows: 250 });
    u8.change(...Array.from({ length: 1_001 }, (_, index) => customer(`C${index}`)));
    expect(await u8.read()).toHaveLength(1_001);
    expect(u8.units()).toBe(4 * 3 + 1);
    expect(await u8.known.position('customer')).toBe(1_001n);
  });
});
