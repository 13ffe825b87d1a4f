import { fenFromYuan, MeshError, never, yuanFromFen } from '@order-mesh/kernel';
import type { Log } from '@order-mesh/platform';
import type { Fact, FactKind } from '../../domain/master-data.ts';
import type { ErpLists, ErpPage, ErpRow } from '../../usecases/ports.ts';
import type { U8 } from './client.ts';
import { dayBegins } from './documents.ts';
import { listIn, needed, text, type U8Fields } from './fields.ts';
import { errcodes } from './said.ts';

const LISTS: Readonly<Record<FactKind, string>> = {
  customer: 'customer', product: 'inventory', stock: 'currentstock', receivable: 'oughtreceivelist',
};
const ROWS_PER_PAGE = 5_000;

/** Reads U8's lists from the change after the last one seen; an empty one is one short answer. A row that can't be read is logged and left out. */
export function u8Lists(u8: U8, log: Log): ErpLists {
  return {
    async changedSince(kind, position) {
      const name = LISTS[kind];
      const said = await u8.get(`${name}/batch_get`, { timestamp_begin: String(position + 1n), page_index: '1', rows_per_page: String(ROWS_PER_PAGE) });
      if (said.type === 'no' && said.errcode === errcodes.notFound) return { rows: [], readTo: position, isLast: true };
      if (said.type === 'no') throw new MeshError('PARTNER_BROKEN', { advice: `U8 would not list ${name}: ${said.errcode} ${said.errmsg}` });
      if (said.type !== 'yes') throw new MeshError('PARTNER_UNREACHABLE', { advice: `${said.detail}; ${name} is read again at the next poll` });
      const isLast = Number(text(said.fields, 'page_count') || '1') <= 1;
      return pageFrom(kind, { rows: listIn(said.fields, name), isLast, position }, log);
    },
  };
}

interface Listed {
  readonly rows: readonly U8Fields[];
  readonly isLast: boolean;
  readonly position: bigint;
}

function pageFrom(kind: FactKind, { rows, isLast, position }: Listed, log: Log): ErpPage {
  const positions = rows.map(positionOf);
  const inOrder = positions.every((one, index) => index === 0 || one >= (positions[index - 1] ?? one));
  if (!isLast && !inOrder) throw new MeshError('PARTNER_BROKEN', { advice: `U8 lists ${kind} in no order of change; raise rows_per_page so that one page holds all` });
  const read = rows.map((fields) => rowFrom(kind, fields, log)).filter((row) => row !== undefined);
  const sorted = read.sort((one, other) => (one.position < other.position ? -1 : 1));
  return { rows: sorted, readTo: positions.reduce((highest, one) => (one > highest ? one : highest), position), isLast };
}

function rowFrom(kind: FactKind, fields: U8Fields, log: Log): ErpRow | undefined {
  try {
    return { fact: factFrom(kind, fields), position: positionOf(fields) };
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
  const isOwed = text(fields, 'state') === '审核';
  const face = amount(needed(fields, 'amount'));
  return {
    kind: 'receivable', receivableId: needed(fields, 'code'), customerId: needed(fields, 'cust_vendor_code'), orderId: text(fields, 'define1') || null,
    amount: face, open: isOwed ? amount(text(fields, 'remainamount') || face) : amount('0'),
    dueAt: dayBegins(text(fields, 'dgatheringdate')) ?? dayBegins(needed(fields, 'date')) ?? 0,
  };
}

function positionOf(fields: U8Fields): bigint {
  const stamp = needed(fields, 'timestamp');
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(stamp)) throw new MeshError('PARTNER_BROKEN', { advice: `U8 numbers its changes, got "${stamp.slice(0, 40)}"` });
  return BigInt(stamp);
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
