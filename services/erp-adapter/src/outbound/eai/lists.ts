import { MeshError } from '@order-mesh/kernel';
import type { FactKind } from '../../domain/master-data.ts';
import type { ErpLists } from '../../usecases/ports.ts';
import { changeNumber, readableRows, type Reading } from '../u8/facts.ts';
import type { U8Fields } from '../u8/fields.ts';
import type { Eai } from './client.ts';

const ROOT_TAGS: Readonly<Record<FactKind, string>> = { customer: 'customer', product: 'inventory', cost: 'inventory', stock: 'currentstock', receivable: 'oughtreceive' };
const MOST_ROWS = 2_000;

/**
 * Reads U8's lists by queries, from the row version that the last answer named; nothing new is one short answer, and an installation that names none is
 * read in full each time. A row that can't be read is logged and left out. EAI numbers no single row, so all of a page keep the number before it: a page
 * told in part is read again.
 */
export function eaiLists(eai: Eai, reading: Reading): ErpLists {
  return {
    async changedSince(kind, position) {
      const { rows, readTo, isLast } = await readList(eai, ROOT_TAGS[kind], position);
      return { rows: readableRows(kind, rows, { ...reading, positionOf: () => position }), readTo, isLast };
    },
  };
}

/** Rows that changed after a position, and the position that the answer named. */
export interface EaiPage {
  readonly rows: readonly U8Fields[];
  readonly readTo: bigint;
  readonly isLast: boolean;
}

/** Reads one page of a list. Throws PARTNER_UNREACHABLE or PARTNER_BROKEN. */
export async function readList(eai: Eai, roottag: string, position: bigint): Promise<EaiPage> {
  const said = await eai.query({ roottag, after: position, most: MOST_ROWS });
  if (said.type === 'refused') throw new MeshError('PARTNER_BROKEN', { advice: `U8 EAI would not list ${roottag}: ${said.words.slice(0, 300)}` });
  if (said.type !== 'found') throw new MeshError('PARTNER_UNREACHABLE', { advice: `${said.detail}; ${roottag} is read again at the next poll` });
  const { rows, timestamp } = said;
  const readTo = timestamp === '' || rows.length === 0 ? position : changeNumber(timestamp);
  // More than were asked for are all there are
  const isLast = rows.length !== MOST_ROWS;
  if (!isLast && readTo <= position) throw new MeshError('PARTNER_BROKEN', { advice: `U8 EAI lists ${roottag} in pages of ${MOST_ROWS} and does not say where the next begins` });
  return { rows, readTo, isLast };
}
