import type { Books } from './books.ts';
import { customerOf, type Document, type DocumentKind, type DocumentState } from './documents.ts';

/** A document as the oracle of a test sees it. */
export interface LedgerDocument {
  readonly ledger: string;
  readonly kind: DocumentKind;
  readonly id: string;
  readonly code: string;
  readonly state: DocumentState;
  /** Neither closed nor given up: it counts. */
  readonly live: boolean;
  readonly bizId: string | undefined;
  /** The order it was written for: field define1. */
  readonly externalRef: string | undefined;
  readonly customer: string;
  /** Yuan with four decimals, as U8 writes it: a sales order's `sum`, a receivable's or receipt's `amount`. */
  readonly amount: string;
  readonly remainamount: string | undefined;
  readonly seeded: boolean;
}

/** What the books hold, every company, oldest document first. */
export function ledgerOf(books: Iterable<Books>): { readonly documents: readonly LedgerDocument[] } {
  return { documents: [...books].flatMap(({ ledger, documents }) => [...documents.all()].map((document) => shown(ledger, document))) };
}

function shown(ledger: string, { kind, id, code, state, head, bizId, seeded = false }: Document): LedgerDocument {
  return {
    ledger, kind, id, code, state, bizId, seeded,
    live: state === '开立' || state === '审核',
    externalRef: head['define1'],
    customer: customerOf(head),
    amount: head['sum'] ?? head['amount'] ?? '0.0000',
    remainamount: head['remainamount'],
  };
}
