import type { Sample } from '@order-mesh/simulator';
import { readAmount, writeAmount } from './decimal.ts';
import { customerOf, openDocuments, type Document, type DocumentKind, type Documents } from './documents.ts';
import { FIRST_CHANGE, masterDataFrom, type MasterData } from './masterdata.ts';
import { openStock, type Stock } from './stock.ts';
import { addDays } from './calendar.ts';

/** Everything one company (账套, chosen by ds_sequence) has in U8. */
export interface Books {
  readonly ledger: string;
  readonly master: MasterData;
  readonly stock: Stock;
  readonly documents: Documents;
  /** Takes a document over as it now stands; the only way the books change. */
  put(document: Document): void;
  /** What a customer owes on verified receivables, in fen. */
  owedBy(customer: string): bigint;
  /** The next number of a change; the next key and voucher code. */
  nextChange(): number;
  nextKey(kind: DocumentKind): { readonly id: string; readonly code: string };
}

const CODES: Readonly<Record<DocumentKind, string>> = { saleorder: 'XSDD', oughtreceive: 'YSD', accept: 'SKD' };

/** Opens the books of one company with the sample's customers, products and stock; documents come with `put`. */
export function openBooks(ledger: string, sample: Sample, today: string): Books {
  const master = masterDataFrom(sample, today);
  const stock = openStock(sample.products, ({ sku }) => warehouseOf(master, sku));
  const documents = openDocuments();
  const owed = new Map<string, bigint>();
  let change = FIRST_CHANGE;
  let keys = 0;
  return {
    ledger,
    master,
    stock,
    documents,
    put(document) {
      const before = documents.find(document.kind, document.id);
      documents.put(document);
      stock.follow(before, document);
      const customer = customerOf(document.head);
      owed.set(customer, (owed.get(customer) ?? 0n) + owedOn(document) - owedOn(before));
      change = Math.max(change, document.timestamp);
      keys = Math.max(keys, Number(document.id) - FIRST_KEY);
    },
    owedBy: (customer) => owed.get(customer) ?? 0n,
    nextChange: () => change + 1,
    nextKey: (kind) => ({ id: String(FIRST_KEY + keys + 1), code: `${CODES[kind]}${String(keys + 1).padStart(8, '0')}` }),
  };
}

const FIRST_KEY = 1_000_000_000;

/** The receivables the sample's customers owe already, as documents; due days count from `today`. */
export function openingReceivables(books: Books, sample: Sample, today: string): Document[] {
  const open = sample.customers.flatMap((customer) => customer.receivables.map((item) => ({ customer, item })));
  return open.map(({ customer, item }, index) => {
    const due = addDays(today, -item.daysOverdue);
    const amount = writeAmount(BigInt(item.amountFen));
    const head = {
      date: addDays(due, -customer.paymentTermsDays), bdebitcredit: '1', cust_vendor_code: customer.id, cust_vendor_name: customer.name, deptcode: '0301',
      amount, natamount: amount, remainamount: amount, dgatheringdate: due, digest: '期初应收', maker: 'demo', verifier: 'demo',
    };
    const id = String(FIRST_KEY + index + 1);
    return { kind: 'oughtreceive', id, code: item.documentNumber, state: '审核', timestamp: FIRST_CHANGE + index + 1, head, entries: [], seeded: true };
  });
}

function warehouseOf(master: MasterData, sku: string): Readonly<Record<string, string>> {
  return master.warehouses.get(master.products.get(sku)?.fields['defwarehouse'] ?? '')?.fields ?? {};
}

function owedOn(document: Document | undefined): bigint {
  if (document?.kind !== 'oughtreceive' || document.state !== '审核') return 0n;
  return readAmount(document.head['remainamount']) ?? 0n;
}
