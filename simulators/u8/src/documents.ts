import type { Fields } from './answers.ts';
import { changeOrder } from './changes.ts';

export type DocumentKind = 'saleorder' | 'oughtreceive' | 'accept';

/** 开立 drawn up, 审核 verified, 关闭 closed, 作废 given up, 删除 deleted: the last two are for ever. */
export type DocumentState = '开立' | '审核' | '关闭' | '作废' | '删除';

/** A voucher in the books of one company. */
export interface Document {
  readonly kind: DocumentKind;
  readonly id: string;
  readonly code: string;
  readonly state: DocumentState;
  /** Grows with every change in the same books; what a poller remembers. */
  readonly timestamp: number;
  readonly head: Fields;
  readonly entries: readonly Fields[];
  readonly bizId?: string;
  /** In the books before the mesh came. */
  readonly seeded?: boolean;
}

/** The documents of one company, found by what callers ask for. A deleted one is found no more, and its code is free again. */
export interface Documents {
  put(document: Document): void;
  /** By U8's own key or by the voucher code. */
  find(kind: DocumentKind, idOrCode: string): Document | undefined;
  /** The smallest set that holds every answer to the filters, oldest change first. */
  candidates(kind: DocumentKind, filters: Fields): Iterable<Document>;
  /** Deleted ones too. */
  all(): Iterable<Document>;
  readonly count: number;
}

/** The customer a document belongs to, whatever the field is called there. */
export function customerOf(fields: Fields): string {
  return fields['custcode'] ?? fields['cust_vendor_code'] ?? fields['customercode'] ?? '';
}

/** Starts empty books. */
export function openDocuments(): Documents {
  const byId = new Map<string, Document>();
  const keyOfCode = new Map<string, string>();
  const shelves = new Map<string, Set<string>>();
  const orders = new Map<DocumentKind, ReturnType<typeof changeOrder<Document>>>();
  const deleted: Document[] = [];
  const find = (kind: DocumentKind, idOrCode: string) => byId.get(`${kind} ${idOrCode}`) ?? byId.get(keyOfCode.get(`${kind} ${idOrCode}`) ?? '');
  return {
    put(document) {
      const key = `${document.kind} ${document.id}`;
      if (document.state === '删除') {
        byId.delete(key);
        keyOfCode.delete(`${document.kind} ${document.code}`);
        return void deleted.push(document);
      }
      byId.set(key, document);
      keyOfCode.set(`${document.kind} ${document.code}`, key);
      for (const shelf of shelvesOf(document.kind, document.head)) shelve(shelves, shelf, key);
      const order = orders.get(document.kind) ?? changeOrder((known) => byId.get(known));
      orders.set(document.kind, order);
      order.add(key, document);
    },
    find,
    candidates(kind, filters) {
      const code = filters['code'] ?? filters['id'];
      if (code !== undefined) return [find(kind, code)].filter((found) => found !== undefined);
      const shelf = shelvesOf(kind, filters)[0];
      if (shelf === undefined) return orders.get(kind)?.since(Number(filters['timestamp_begin'] ?? 0)) ?? [];
      const kept = [...(shelves.get(shelf) ?? [])].map((key) => byId.get(key)).filter((found) => found !== undefined);
      return kept.sort((one, other) => one.timestamp - other.timestamp);
    },
    all: () => [...byId.values(), ...deleted],
    get count() {
      return byId.size + deleted.length;
    },
  };
}

function shelvesOf(kind: DocumentKind, fields: Fields): string[] {
  const shelves = fields['define1'] ? [`${kind} order ${fields['define1']}`] : [];
  return customerOf(fields) ? [...shelves, `${kind} customer ${customerOf(fields)}`] : shelves;
}

function shelve(shelves: Map<string, Set<string>>, shelf: string, key: string): void {
  const kept = shelves.get(shelf) ?? new Set<string>();
  kept.add(key);
  shelves.set(shelf, kept);
}
