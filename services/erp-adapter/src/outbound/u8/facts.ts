import { fen, fenFromYuan, MeshError, never, yuanFromFen } from '@order-mesh/kernel';
import type { Log } from '@order-mesh/platform';
import type { Fact, FactKind } from '../../domain/master-data.ts';
import type { ErpRow } from '../../usecases/ports.ts';
import { dayBegins, stateFrom } from './documents.ts';
import { needed, text, type U8Fields } from './fields.ts';

/** What reading U8's lists takes beside the rows. */
export interface Reading {
  readonly log: Log;
  /** In whole percent, for products that name no rate of their own. */
  readonly taxRate: string;
}

export interface RowsReading extends Reading {
  positionOf(fields: U8Fields): bigint;
}

/** The rows of a list of U8's as facts. A row that can't be read is logged and left out. */
export function readableRows(kind: FactKind, rows: readonly U8Fields[], reading: RowsReading): readonly ErpRow[] {
  return rows.map((fields) => rowFrom(kind, fields, reading)).filter((row) => row !== undefined);
}

/** Reads the number of a change, decimal or as a row version (0x…). Throws PARTNER_BROKEN for anything else. */
export function changeNumber(stamp: string): bigint {
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(stamp)) throw new MeshError('PARTNER_BROKEN', { advice: `U8 numbers its changes, got "${stamp.slice(0, 40)}"` });
  return BigInt(stamp);
}

function rowFrom(kind: FactKind, fields: U8Fields, { positionOf, log, taxRate }: RowsReading): ErpRow | undefined {
  try {
    const fact = factFrom(kind, fields, taxRate);
    const isDraft = fact.kind === 'receivable' ? stateFrom(text(fields, 'state')) === 'drawn-up' : fact.kind === 'cost' && fact.unitCost === null;
    return { fact, position: positionOf(fields), ...(isDraft && { isDraft }) };
  } catch (error) {
    log.warn('U8 row left out', { kind, code: text(fields, 'code') || text(fields, 'cinvcode'), why: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

function factFrom(kind: FactKind, fields: U8Fields, taxRate: string): Fact {
  switch (kind) {
    case 'customer': return {
      kind, customerId: needed(fields, 'code'), name: needed(fields, 'name'),
      region: text(fields, 'domain_name') || text(fields, 'domain_code'), creditLimit: amount(text(fields, 'credit_amount') || '0'),
    };
    case 'product': return { kind, sku: needed(fields, 'code'), safetyStock: wholeUnits(text(fields, 'safe_num') || '0') };
    case 'cost': return { kind, sku: needed(fields, 'code'), unitCost: withTax(text(fields, 'ref_cost'), text(fields, 'tax_rate') || taxRate) };
    case 'stock': return { kind, sku: needed(fields, 'cinvcode'), warehouse: needed(fields, 'cwhcode'), onHand: wholeUnits(text(fields, 'iquantity') || '0') };
    case 'receivable': return receivableFrom(fields);
    default: return never(kind);
  }
}

function receivableFrom(fields: U8Fields): Fact {
  const isOwed = stateFrom(text(fields, 'state')) === 'verified';
  const face = amount(needed(fields, 'amount'));
  return {
    kind: 'receivable', receivableId: needed(fields, 'code'), customerId: needed(fields, 'cust_vendor_code'), orderId: text(fields, 'define1') || null,
    amount: face, open: isOwed ? amount(text(fields, 'remainamount') || face) : amount('0'),
    dueAt: dayBegins(text(fields, 'dgatheringdate')) ?? dayBegins(needed(fields, 'date')) ?? 0,
  };
}

function amount(yuan: string): string {
  return yuanFromFen(fenFromYuan(yuan));
}

const COST_DECIMALS = 8;
const RATE_DECIMALS = 4;
const HUNDRED_PERCENT = 100n * 10n ** BigInt(RATE_DECIMALS);
/** A fen, as costs are counted here. */
const FEN = 10n ** BigInt(COST_DECIMALS - 2);

/** A cost with its tax, in yuan, rounded up to fen so that a margin is never told too high. U8 shows 0 where nobody has entered one: null. */
function withTax(cost: string, taxRate: string): string | null {
  const net = decimal(cost || '0', COST_DECIMALS);
  if (net === 0n) return null;
  const divisor = HUNDRED_PERCENT * FEN;
  return yuanFromFen(fen((net * (HUNDRED_PERCENT + decimal(taxRate, RATE_DECIMALS)) + divisor - 1n) / divisor));
}

function decimal(text: string, decimals: number): bigint {
  const [, whole, fraction = ''] = /^(\d{1,12})(?:\.(\d*))?$/.exec(text) ?? [];
  if (whole === undefined) throw new MeshError('PARTNER_BROKEN', { advice: `U8 writes costs and rates as decimals, got "${text.slice(0, 40)}"` });
  return BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
}

// What is left of a broken unit can't be promised to anybody
function wholeUnits(count: string): number {
  const units = Math.floor(Number(count));
  if (!Number.isSafeInteger(units)) throw new MeshError('PARTNER_BROKEN', { advice: `U8 counts in numbers, got "${count.slice(0, 40)}"` });
  return units;
}
