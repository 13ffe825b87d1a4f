import type { StatedCrmOrder, StatedDocument, StatedOrder } from '@order-mesh/contracts';
import { fen, yuanFromFen, type Fen, type Instant } from '@order-mesh/kernel';
import type { Entry } from './entry.ts';
import type { Repair } from './repair.ts';

/** The closed list of how books can differ. */
export const differenceClasses = [
  'missing-in-erp', 'extra-in-erp', 'amount-differs', 'status-differs', 'missing-in-mesh', 'missing-in-crm', 'missing-in-ledger', 'crm-not-told',
] as const;
export type DifferenceClass = typeof differenceClasses[number];

/** What finance has recorded of a confirmed order. */
export type LedgerSide = Pick<Entry, 'amount' | 'discount' | 'saleOrderCode' | 'receivableCode' | 'contractId' | 'waybill' | 'confirmedAt'>;

/** What each book says of one order; null or empty where it does not know the order. */
export interface Books {
  readonly orderId: string;
  readonly mesh: StatedOrder | null;
  readonly ledger: LedgerSide | null;
  readonly crm: StatedCrmOrder | null;
  readonly erp: readonly StatedDocument[];
}

/** What is compared: orders placed since `from`, and nothing that moved at `settledBefore` or later: it may be on its way from one book to the next. */
export interface Period {
  readonly from: Instant;
  readonly settledBefore: Instant;
}

/** What one book says about a difference. */
export interface Evidence {
  readonly book: 'crm' | 'mesh' | 'ledger' | 'erp';
  readonly says: string;
  readonly amount: Fen | null;
}

/** A difference as one look has found it; class, order and subject together name it. */
export interface Found {
  readonly orderId: string;
  readonly class: DifferenceClass;
  /** What of the order it is about: a kind of document, the code of one, or a field. */
  readonly subject: string;
  /** When the order was placed, or the document dated. */
  readonly datedAt: Instant;
  readonly detail: string;
  readonly evidence: readonly Evidence[];
  readonly repair: Repair;
}

/** What comparing one order came to. */
export interface Compared {
  /** False for an order that is under way, older than the period, or that moved a moment ago. */
  readonly isCompared: boolean;
  /** What the mesh has confirmed. */
  readonly confirmed: Fen;
  readonly found: readonly Found[];
}

export const NOT_COMPARED: Compared = { isCompared: false, confirmed: fen(0), found: [] };

/** The books of one order, and how a difference between them is written down. */
export interface Finding {
  readonly books: Books;
  readonly find: (found: Omit<Found, 'orderId' | 'evidence'>) => Found;
}

export function findingIn(books: Books): Finding {
  return { books, find: (found) => ({ orderId: books.orderId, evidence: evidenceIn(books), ...found }) };
}

// A sentence of each book, for a person to see for himself
function evidenceIn({ mesh, ledger, crm, erp }: Books): readonly Evidence[] {
  return [
    crm ? { book: 'crm', says: `${crm.status}, ${crm.told === '' ? 'not told how it ended' : `told "${crm.told}"`}`, amount: crm.amount } : { book: 'crm', says: 'nothing', amount: null },
    mesh ? { book: 'mesh', says: (mesh.reason === null ? mesh.status : `${mesh.status}: ${mesh.reason}`) + takenOff(mesh), amount: mesh.amount } : { book: 'mesh', says: 'nothing in this period', amount: null },
    ledger ? { book: 'ledger', says: `${ledger.saleOrderCode} and ${ledger.receivableCode}${takenOff(ledger)}`, amount: ledger.amount } : { book: 'ledger', says: 'nothing', amount: null },
    ...erp.slice(0, MOST_DOCUMENTS).map(({ kind, code, state, amount }): Evidence => ({ book: 'erp', says: `${kind} ${code} ${state}`, amount })),
    ...(erp.length === 0 ? [{ book: 'erp', says: 'nothing', amount: null } as const] : []),
  ];
}

const MOST_DOCUMENTS = 20;

function takenOff({ discount }: { readonly discount: Fen }): string {
  return discount === 0n ? '' : `, ${yuanFromFen(discount)} yuan taken off`;
}
