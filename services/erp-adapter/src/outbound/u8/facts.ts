import { fenFromYuan, MeshError, never, yuanFromFen } from '@order-mesh/kernel';
import type { Log } from '@order-mesh/platform';
import type { Fact, FactKind } from '../../domain/master-data.ts';
import type { ErpRow } from '../../usecases/ports.ts';
import { dayBegins, stateFrom } from './documents.ts';
import { needed, text, type U8Fields } from './fields.ts';

export type PositionOf = (fields: U8Fields) => bigint;

/** The rows of a list of U8's as facts. A row that can't be read is logged and left out. */
export function readableRows(kind: FactKind, rows: readonly U8Fields[], positionOf: PositionOf, log: Log): readonly ErpRow[] {
  return rows.map((fields) => rowFrom(kind, fields, positionOf, log)).filter((row) => row !== undefined);
}

/** Reads the number of a change, decimal or as a row version (0x…). Throws PARTNER_BROKEN for anything else. */
export function changeNumber(stamp: string): bigint {
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(stamp)) throw new MeshError('PARTNER_BROKEN', { advice: `U8 numbers its changes, got "${stamp.slice(0, 40)}"` });
  return BigInt(stamp);
}

function rowFrom(kind: FactKind, fields: U8Fields, positionOf: PositionOf, log: Log): ErpRow | undefined {
  try {
    const row = { fact: factFrom(kind, fields), position: positionOf(fields) };
    return kind === 'receivable' && stateFrom(text(fields, 'state')) === 'drawn-up' ? { ...row, isDraft: true } : row;
  } catch (error) {
    log.warn('U8 row left out', { kind, code: text(fields, 'code') || text(fields, 'cinvcode'), why: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

function factFrom(kind: FactKind, fields: U8Fields): Fact {
  switch (kind) {
    case 'customer': return {
      kind, customerId: needed(fields, 'code'), name: needed(fields, 'name'),
      region: text(fields, 'domain_name') || text(fields, 'domain_code'), creditLimit: amount(text(fields, 'credit_amount') || '0'),
    };
    case 'product': return { kind, sku: needed(fields, 'code'), safetyStock: wholeUnits(text(fields, 'safe_num') || '0') };
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

// What is left of a broken unit can't be promised to anybody
function wholeUnits(count: string): number {
  const units = Math.floor(Number(count));
  if (!Number.isSafeInteger(units)) throw new MeshError('PARTNER_BROKEN', { advice: `U8 counts in numbers, got "${count.slice(0, 40)}"` });
  return units;
}
