import type { Unit } from '@order-mesh/messaging';
import type { Submit } from '@order-mesh/platform';
import { eventOf, factKinds, keyOf, news, type Fact, type FactKind } from '../domain/master-data.ts';
import type { ErpLists, ErpPage, ErpRow, KnownFacts, Log } from './ports.ts';

export interface ReadMasterDataPorts {
  readonly lists: ErpLists;
  readonly known: KnownFacts;
  readonly submit: Submit;
  readonly log: Log;
  /** Rows told in one transaction, at most. */
  readonly batchRows: number;
}

/** Reads what has changed in the ERP since the last time and tells the mesh; the first time, everything. Nothing new costs one short list each. */
export const readMasterData = (ports: ReadMasterDataPorts) => async (): Promise<void> => {
  for (const kind of factKinds) await readList(ports, kind);
};

async function readList({ lists, known, submit, log, batchRows }: ReadMasterDataPorts, kind: FactKind): Promise<void> {
  let position = await known.position(kind);
  let told = 0;
  for (let isLast = false; !isLast;) {
    const page = await lists.changedSince(kind, position);
    for (const part of partsOf(page, batchRows)) told += await submit((unit) => tell(known, { kind, ...part, of: page }, unit));
    isLast = page.isLast || page.readTo <= position;
    position = page.readTo;
  }
  if (told > 0) log.info('ERP data changed', { kind, told });
}

interface Part {
  readonly rows: readonly ErpRow[];
  readonly readTo: bigint;
}

function partsOf({ rows, readTo }: ErpPage, most: number): readonly Part[] {
  const starts = rows.flatMap((_, index) => (index % most === 0 ? [index] : []));
  return starts.map((start) => {
    const part = rows.slice(start, start + most);
    const isLast = start + most >= rows.length;
    return { rows: part, readTo: isLast ? readTo : part.at(-1)?.position ?? readTo };
  });
}

interface Telling extends Part {
  readonly kind: FactKind;
  /** The page it is part of. A part that was told and is read again belongs to a newer page if anything changed. */
  readonly of: ErpPage;
}

async function tell(known: KnownFacts, { kind, rows, readTo, of }: Telling, unit: Unit): Promise<number> {
  const told = await known.load(unit.tx, kind, rows.map(({ fact }) => keyOf(fact)));
  const fresh = news(inForce(rows, told), told);
  // A product tells nothing itself, but its safety level is part of what is told about its stock
  const toTell = kind === 'product' ? await known.loadStockOf(unit.tx, fresh.map(keyOf)) : fresh;
  const safetyStock = await safetyLevels(known, unit, kind === 'product' ? fresh : toTell);
  for (const fact of toTell) {
    const event = eventOf(fact, safetyStock, unit.now);
    if (event) unit.send(event, { id: `erp/${kind}/${keyOf(fact)}@${of.readTo}`, trace: {} });
  }
  await known.save(unit.tx, fresh);
  await known.moveTo(unit.tx, kind, readTo);
  return toTell.length;
}

function inForce(rows: readonly ErpRow[], told: readonly Fact[]): readonly Fact[] {
  const keys = new Set(told.map(keyOf));
  return rows.filter(({ fact, isDraft }) => !isDraft || keys.has(keyOf(fact))).map(({ fact }) => fact);
}

async function safetyLevels(known: KnownFacts, unit: Unit, facts: readonly Fact[]): Promise<ReadonlyMap<string, number>> {
  const skus = [...new Set(facts.flatMap((fact) => (fact.kind === 'stock' ? [fact.sku] : [])))];
  const stored = skus.length > 0 ? await known.load(unit.tx, 'product', skus) : [];
  const products = [...stored, ...facts].filter((fact) => fact.kind === 'product');
  return new Map(products.map(({ sku, safetyStock }) => [sku, safetyStock]));
}
