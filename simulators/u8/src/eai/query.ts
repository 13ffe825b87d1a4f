import { refuse, type Fields, type Refusal } from '../answers.ts';
import type { Books } from '../books.ts';
import type { Document, DocumentKind } from '../documents.ts';
import { customerFields, documentFields, fieldsOf } from '../reads.ts';
import { stockFields } from '../stock.ts';
import { foundXml } from './answers.ts';
import { attribute, elementsIn, type Element } from './xml.ts';

/** What a query asks: conditions on columns, all of which must hold, and from which change on. */
export interface Query {
  readonly roottag: string;
  readonly docid: string;
  readonly conditions: readonly Element[];
  /** Only what changed after it; 0 for everything. */
  readonly after: number;
  readonly most: number;
}

const MOST_ITEMS = 20_000;

/** Reads a query as it was sent. */
export function queryIn(interface_: Element, roottag: string): Query {
  const most = Number(attribute(interface_, 'maxdataitems'));
  return {
    roottag,
    docid: attribute(interface_, 'docid'),
    conditions: elementsIn(interface_, roottag).flatMap((part) => elementsIn(part, 'field')),
    after: Number(attribute(interface_, 'timestamp') || 0) || 0,
    most: most > 0 ? Math.min(most, MOST_ITEMS) : MOST_ITEMS,
  };
}

/** Answers a query, oldest change first; no row at all when there is none. */
export function answerQuery(books: Books, query: Query): string | Refusal {
  const source = SOURCES.get(query.roottag);
  if (!source) return refuse('unknownCall', `不支持的roottag[${query.roottag}]`);
  const filters = filtersIn(query, source.columns);
  if (!Array.isArray(filters)) return filters;
  const exact = Object.fromEntries(filters.filter(({ operation }) => operation === '=').map(({ field, value }) => [field, value]));
  const rows: Row[] = [];
  for (const row of source.rows(books, exact, query.after)) {
    if (row.timestamp > query.after && filters.every((filter) => holds(row.fields, filter))) rows.push(row);
    if (rows.length === query.most) break;
  }
  return foundXml(query.roottag, rows.map(shown), { docid: query.docid, timestamp: rows.at(-1)?.timestamp ?? query.after });
}

interface Row {
  readonly fields: Fields;
  readonly timestamp: number;
  readonly entries?: readonly Fields[];
}

interface Source {
  /** Columns of U8's tables that may be asked for, in lower case, and the fields that hold them. */
  readonly columns: Readonly<Record<string, string>>;
  rows(books: Books, exact: Fields, after: number): Iterable<Row>;
}

const SOURCES: ReadonlyMap<string, Source> = new Map([
  ['saleorder', documents('saleorder', { csocode: 'code', cdefine1: 'define1', ccuscode: 'custcode', ddate: 'date' })],
  ['oughtreceive', documents('oughtreceive', { cvouchid: 'code', cdefine1: 'define1', cdwcode: 'cust_vendor_code', dvouchdate: 'date' })],
  ['accept', documents('accept', { cvouchid: 'code', cdefine1: 'define1', cdwcode: 'customercode', dvouchdate: 'date' })],
  ['customer', {
    columns: { ccuscode: 'code', ccusname: 'name' },
    rows: (books) => [...books.master.customers].map(([code, { timestamp }]) => ({ timestamp, fields: customerFields(books, code) ?? {} })),
  }],
  ['inventory', {
    columns: { cinvcode: 'code', cinvname: 'name' },
    rows: ({ master }) => [...master.products.values()].map((row) => ({ timestamp: row.timestamp, fields: fieldsOf(row) ?? {} })),
  }],
  ['currentstock', {
    columns: { cinvcode: 'cinvcode', cwhcode: 'cwhcode' },
    rows: ({ stock }, _exact, after) => [...stock.since(after + 1)].map((row) => ({ timestamp: row.timestamp, fields: stockFields(row) })),
  }],
]);

function documents(kind: DocumentKind, columns: Readonly<Record<string, string>>): Source {
  return {
    columns,
    *rows(books, exact, after) {
      for (const document of books.documents.candidates(kind, { ...exact, timestamp_begin: String(after + 1) })) {
        if (document.state !== '作废') yield rowOf(document);
      }
    },
  };
}

// Whether a document is verified or closed is told by who did it: EAI has no field for its state
function rowOf(document: Document): Row {
  const { state: _state, ...fields } = documentFields(document);
  return { fields, timestamp: document.timestamp, entries: document.entries };
}

interface Filter {
  readonly field: string;
  readonly operation: string;
  readonly value: string;
}

const OPERATIONS: ReadonlyMap<string, (found: string, wanted: string) => boolean> = new Map([
  ['=', (found: string, wanted: string) => found === wanted],
  ['<>', (found: string, wanted: string) => found !== wanted],
  ['>=', (found: string, wanted: string) => found >= wanted],
  ['<=', (found: string, wanted: string) => found <= wanted],
]);

function filtersIn({ conditions }: Query, columns: Readonly<Record<string, string>>): Filter[] | Refusal {
  const filters: Filter[] = [];
  for (const condition of conditions) {
    const name = attribute(condition, 'name');
    const operation = attribute(condition, 'operation');
    const field = columns[name.toLowerCase()];
    if (field === undefined) return refuse('badCall', `列名'${name}'无效`);
    if (!OPERATIONS.has(operation)) return refuse('badCall', `不支持的比较符[${operation}]`);
    if (!['', 'and'].includes(attribute(condition, 'logic').toLowerCase())) return refuse('badCall', '不支持的逻辑符');
    filters.push({ field, operation, value: attribute(condition, 'value') });
  }
  return filters;
}

function holds(fields: Fields, { field, operation, value }: Filter): boolean {
  return OPERATIONS.get(operation)?.(fields[field] ?? '', value) ?? false;
}

function shown({ fields: { timestamp: _timestamp, ...header }, entries }: Row): Element {
  if (!entries) return { header };
  return { header, body: entries.length > 0 ? { entry: entries.map(({ rowno, ...entry }) => ({ ...entry, ...(rowno && { irowno: rowno }) })) } : '' };
}
