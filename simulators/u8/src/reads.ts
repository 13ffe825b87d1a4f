import { ERRORS, type Fields } from './answers.ts';
import type { Books } from './books.ts';
import { writeAmount } from './decimal.ts';
import type { Document, DocumentKind } from './documents.ts';
import { filtersIn, pageOf, passes } from './listing.ts';
import type { Row } from './masterdata.ts';
import { isClosed, type U8Settings } from './settings.ts';
import { stockFields } from './stock.ts';

type Answered = Readonly<Record<string, unknown>>;
/** What decides about an answer besides the books. */
interface Desktop {
  readonly settings: U8Settings;
  /** Such as "2026-11-24". */
  readonly today: string;
}

type Read = (books: Books, query: Fields, desktop: Desktop) => Answered;

/** Every GET under /api, by "resource/verb". */
export const READS: Readonly<Record<string, Read>> = {
  'saleorder/get': getDocument('saleorder'),
  'oughtreceive/get': getDocument('oughtreceive'),
  'accept/get': getDocument('accept'),
  'saleorderlist/batch_get': listDocuments('saleorder', 'saleorderlist'),
  'oughtreceivelist/batch_get': listDocuments('oughtreceive', 'oughtreceivelist'),
  'acceptlist/batch_get': listDocuments('accept', 'acceptlist'),
  'customer/get': (books, query) => oneRow('customer', customerFields(books, query['id'] ?? query['code'] ?? '')),
  'customer/batch_get': (books, query) => listRows('customer', [...books.master.customers.keys()].map((code) => customerFields(books, code)), query),
  'inventory/get': (books, query) => oneRow('inventory', fieldsOf(books.master.products.get(query['id'] ?? query['code'] ?? ''))),
  'inventory/batch_get': (books, query) => listRows('inventory', [...books.master.products.values()].map(fieldsOf), query),
  'warehouse/batch_get': (books, query) => listRows('warehouse', [...books.master.warehouses.values()].map(fieldsOf), query),
  'currentstock/batch_get': listStock,
  'mendsa/batch_get': listPeriods,
};

function getDocument(kind: DocumentKind): Read {
  return (books, query) => {
    const document = books.documents.find(kind, query['id'] ?? query['code'] ?? '');
    if (!document) return nothing(kind);
    return { errcode: ERRORS.ok, errmsg: '', [kind]: { ...documentFields(document), entry: document.entries } };
  };
}

function listDocuments(kind: DocumentKind, name: string): Read {
  return (books, query) => {
    const filters = filtersIn(query);
    const rows: Fields[] = [];
    for (const document of books.documents.candidates(kind, filters)) {
      const row = documentFields(document);
      if (passes(row, filters)) rows.push(row);
    }
    return pageOf(name, rows, query);
  };
}

/** A document's head as lists show it. */
export function documentFields({ id, code, state, timestamp, head }: Document): Fields {
  return { id, code, state, timestamp: String(timestamp), ...head };
}

/** A customer with what is owed; undefined when there is none of that code. */
export function customerFields(books: Books, code: string): Fields | undefined {
  const fields = fieldsOf(books.master.customers.get(code));
  return fields && { ...fields, ar_rest: writeAmount(books.owedBy(code)) };
}

/** A row of master data as lists show it. */
export function fieldsOf(row: Row | undefined): Fields | undefined {
  return row && { ...row.fields, timestamp: String(row.timestamp) };
}

function oneRow(name: string, row: Fields | undefined): Answered {
  return row ? { errcode: ERRORS.ok, errmsg: '', [name]: row } : nothing(name);
}

function listRows(name: string, rows: readonly (Fields | undefined)[], query: Fields): Answered {
  const filters = filtersIn(query);
  return pageOf(name, rows.filter((row) => row !== undefined).filter((row) => passes(row, filters)), query);
}

const STOCK_FILTERS = { invcode: 'cinvcode', whcode: 'cwhcode' };

function listStock(books: Books, query: Fields): Answered {
  const filters = filtersIn(query, STOCK_FILTERS);
  const rows: Fields[] = [];
  for (const row of books.stock.since(Number(filters['timestamp_begin'] ?? 0))) {
    const fields = stockFields(row);
    if (passes(fields, filters)) rows.push(fields);
  }
  return pageOf('currentstock', rows, query);
}

function listPeriods(_books: Books, query: Fields, { settings, today }: Desktop): Answered {
  const year = query['iyear'] ?? '';
  const first = Number(query['iperiod_begin'] ?? 1);
  const months = Array.from({ length: Math.max(0, Number(query['iperiod_end'] ?? 12) - first + 1) }, (_, index) => first + index);
  const rows = months.filter((month) => month >= 1 && month <= 12).map((month) => {
    const flag = isClosed(settings, `${year}-${String(month).padStart(2, '0')}`, today) ? '1' : '0';
    return { iyear: year, iperiod: String(month), bflag_sa: flag, bflag_ar: flag };
  });
  return pageOf('mendsa', rows, query);
}

function nothing(name: string): Answered {
  return { errcode: ERRORS.notFound, errmsg: `未检索到匹配的[${name}]` };
}
