import { fenFromYuan, MeshError, type Fen, type Instant } from '@order-mesh/kernel';
import type { StatedDocument } from '@order-mesh/contracts';
import type { Log } from '@order-mesh/platform';
import type { ErpStatement } from '../../usecases/ports.ts';
import { dayBegins, documentFrom, totalOf, type DocumentKind, type U8Document } from './documents.ts';
import { listIn, needed, text, type U8Fields } from './fields.ts';

/** U8's documents as a statement needs them, whichever door they are read through. */
export interface DocumentLists {
  /** Documents of one kind dated on or after the day of this moment, page by page; older ones may come too. Throws PARTNER_UNREACHABLE or PARTNER_BROKEN. */
  rowsSince(kind: DocumentKind, from: Instant): AsyncIterable<readonly U8Fields[]>;
  /** One document with its lines, where the list leaves them out. Throws PARTNER_UNREACHABLE. */
  withLines(kind: DocumentKind, document: U8Document): Promise<U8Document>;
  /** Whether a booking through this door verifies its documents; otherwise a draft is all that is expected. */
  readonly verifies: boolean;
}

const KINDS: Readonly<Record<DocumentKind, StatedDocument['kind']>> = { saleorder: 'sales-order', oughtreceive: 'receivable' };
/** What the border lets in as the number of an order; other words in define1 are not ours. */
const ORDER_NUMBER = /^[A-Za-z0-9._-]{1,64}$/;

/** States the sales orders and receivables that carry an order of ours in define1. A document that can't be read is logged and left out. */
export function u8Statement(lists: DocumentLists, log: Log): ErpStatement {
  return {
    async *documentsSince(from) {
      for (const kind of ['saleorder', 'oughtreceive'] as const) {
        for await (const rows of lists.rowsSince(kind, from)) yield await statedIn({ lists, log }, kind, rows.filter((row) => isOurs(row, from)));
      }
    },
  };
}

function isOurs(fields: U8Fields, from: Instant): boolean {
  return ORDER_NUMBER.test(text(fields, 'define1')) && (dayBegins(text(fields, 'date')) ?? from) >= from;
}

async function statedIn(means: Means, kind: DocumentKind, rows: readonly U8Fields[]): Promise<readonly StatedDocument[]> {
  const stated: StatedDocument[] = [];
  for (const fields of rows) {
    const document = await readable(means, kind, fields);
    if (document) stated.push(document);
  }
  return stated;
}

interface Means {
  readonly lists: DocumentLists;
  readonly log: Log;
}

// One odd document must not keep all others from being compared; if it is an order's own, that order differs, and a person looks
async function readable({ lists, log }: Means, kind: DocumentKind, fields: U8Fields): Promise<StatedDocument | undefined> {
  try {
    return await statedDocument(lists, kind, fields);
  } catch (error) {
    if (error instanceof MeshError && error.code === 'PARTNER_UNREACHABLE') throw error;
    log.warn('U8 document left out of the statement', { kind, code: text(fields, 'code'), orderId: text(fields, 'define1'), why: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

async function statedDocument(lists: DocumentLists, kind: DocumentKind, fields: U8Fields): Promise<StatedDocument> {
  const document = documentFrom(fields);
  return {
    orderId: text(fields, 'define1'), kind: KINDS[kind], code: document.code,
    state: document.state === 'drawn-up' && !lists.verifies ? 'entered' : document.state,
    customerId: text(fields, kind === 'saleorder' ? 'custcode' : 'cust_vendor_code'),
    amount: kind === 'saleorder' ? await orderTotal(lists, document) : fenFromYuan(needed(fields, 'amount')),
    datedAt: dayBegins(text(fields, 'date')) ?? 0,
  };
}

async function orderTotal(lists: DocumentLists, document: U8Document): Promise<Fen> {
  const listed = text(document.fields, 'sum');
  if (listed !== '') return fenFromYuan(listed);
  return totalOf(listIn(document.fields, 'entry').length > 0 ? document : await lists.withLines('saleorder', document));
}
