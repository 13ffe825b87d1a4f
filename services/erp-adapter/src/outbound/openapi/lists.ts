import { MeshError } from '@order-mesh/kernel';
import type { FactKind } from '../../domain/master-data.ts';
import type { ErpLists } from '../../usecases/ports.ts';
import { changeNumber, readableRows, type Reading } from '../u8/facts.ts';
import { listIn, needed, text, type U8Fields } from '../u8/fields.ts';
import type { U8 } from './client.ts';
import { errcodes } from './said.ts';

const LISTS: Readonly<Record<FactKind, string>> = {
  customer: 'customer', product: 'inventory', cost: 'inventory', stock: 'currentstock', receivable: 'oughtreceivelist',
};
const ROWS_PER_PAGE = 5_000;

/** Rows of a list of U8's that changed after a position, oldest change first. */
export interface ListPage {
  readonly rows: readonly U8Fields[];
  /** The newest change on the page. */
  readonly readTo: bigint;
  readonly isLast: boolean;
}

/** Reads U8's lists from the change after the last one seen; an empty one is one short answer. A row that can't be read is logged and left out. */
export function u8Lists(u8: U8, reading: Reading): ErpLists {
  return {
    async changedSince(kind, position) {
      const { rows, readTo, isLast } = await readList(u8, LISTS[kind], position);
      const sorted = [...readableRows(kind, rows, { ...reading, positionOf })].sort((one, other) => (one.position < other.position ? -1 : 1));
      return { rows: sorted, readTo, isLast };
    },
  };
}

/** Reads one page of a list from the change after `position`; `filters` narrow it down. Throws PARTNER_UNREACHABLE or PARTNER_BROKEN. */
export async function readList(u8: U8, name: string, position: bigint, filters: Readonly<Record<string, string>> = {}): Promise<ListPage> {
  const said = await u8.get(`${name}/batch_get`, { timestamp_begin: String(position + 1n), page_index: '1', rows_per_page: String(ROWS_PER_PAGE), ...filters });
  if (said.type === 'no' && said.errcode === errcodes.notFound) return { rows: [], readTo: position, isLast: true };
  if (said.type === 'no') throw new MeshError('PARTNER_BROKEN', { advice: `U8 would not list ${name}: ${said.errcode} ${said.errmsg}` });
  if (said.type !== 'yes') throw new MeshError('PARTNER_UNREACHABLE', { advice: `${said.detail}; ${name} is read again at the next poll` });
  const isLast = Number(text(said.fields, 'page_count') || '1') <= 1;
  const rows = listIn(said.fields, name);
  const positions = rows.map(positionOf);
  const inOrder = positions.every((one, index) => index === 0 || one >= (positions[index - 1] ?? one));
  if (!isLast && !inOrder) throw new MeshError('PARTNER_BROKEN', { advice: `U8 lists ${name} in no order of change; raise rows_per_page so that one page holds all` });
  return { rows, readTo: positions.reduce((highest, one) => (one > highest ? one : highest), position), isLast };
}

function positionOf(fields: U8Fields): bigint {
  return changeNumber(needed(fields, 'timestamp'));
}
