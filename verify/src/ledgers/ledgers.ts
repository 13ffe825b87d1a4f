import { fenFromYuan, seconds, type Fen } from '@order-mesh/kernel';
import type { Places } from '../places.ts';

/** One thing a partner holds for an order, live or not. */
export interface Entry {
  /** Null where the partner names no order of ours. */
  readonly orderId: string | null;
  /** The partner's own number. */
  readonly code: string;
  /** It counts: neither given up nor called off. */
  readonly live: boolean;
  /** It is as a confirmed order needs it: verified, signed by all, taken by the carrier. */
  readonly done: boolean;
  /** Where the partner keeps one; undefined when what it keeps is no whole number of fen. */
  readonly amount?: Fen | undefined;
  /** The key it was asked for under, where the partner keeps one. */
  readonly idempotencyKey?: string | undefined;
}

export type Book = 'sales order' | 'receivable' | 'contract' | 'shipment';
export const books: readonly Book[] = ['sales order', 'receivable', 'contract', 'shipment'];

/** What the partners would swear to. A book is null where nobody shows one. */
export interface Ledgers {
  readonly books: Readonly<Record<Book, readonly Entry[] | null>>;
  /** The CRM's own orders; null where it shows no ledger. */
  readonly crm: readonly CrmOrder[] | null;
}

export interface CrmOrder {
  readonly orderId: string;
  readonly isActivated: boolean;
  readonly changedAt: number;
  /** How the order went, as the CRM was told; null while it was not. */
  readonly shown: string | null;
}

const ANSWER_WITHIN = seconds(60);

/** Reads the ledgers that the partners show; a real partner shows none, and is then not compared with. */
export async function readLedgers({ u8, esign, carrier, salesforce }: Places): Promise<Ledgers> {
  const [documents, flows, shipments, records] = await Promise.all([ledgerAt(u8), ledgerAt(esign), ledgerAt(carrier), ledgerAt(salesforce)]);
  return {
    books: {
      'sales order': documents && listIn(documents, 'documents').filter(({ kind }) => kind === 'saleorder').map(documentOf),
      'receivable': documents && listIn(documents, 'documents').filter(({ kind, seeded }) => kind === 'oughtreceive' && seeded !== true).map(documentOf),
      'contract': flows && listIn(flows, 'flows').filter(isContract).map(flowOf),
      'shipment': shipments && listIn(shipments, 'shipments').map(shipmentOf),
    },
    crm: records && listIn(records, 'Order').map(crmOrderOf),
  };
}

type Fields = Readonly<Record<string, unknown>>;

async function ledgerAt(url: string | undefined): Promise<Fields | null> {
  if (!url) return null;
  const response = await fetch(`${url.replace(/\/+$/, '')}/_sim/ledger`, { signal: AbortSignal.timeout(ANSWER_WITHIN) }).catch(() => null);
  if (!response?.ok) return null;
  const ledger: unknown = await response.json().catch(() => null);
  return typeof ledger === 'object' && ledger !== null ? { ...ledger } : null;
}

function listIn(ledger: Fields, name: string): readonly Fields[] {
  const list = ledger[name];
  return Array.isArray(list) ? list : [];
}

const textIn = (fields: Fields, name: string): string | undefined => (typeof fields[name] === 'string' ? fields[name] : undefined);

/** A document that came through EAI, which keeps no key, is drawn up for an accountant to verify; one that came with a key is verified. */
function documentOf(document: Fields): Entry {
  const idempotencyKey = textIn(document, 'bizId');
  const live = document['live'] === true;
  return {
    orderId: textIn(document, 'externalRef') ?? null, code: textIn(document, 'code') ?? '', live, done: document['state'] === '审核' || (live && idempotencyKey === undefined),
    amount: fenIn(textIn(document, 'amount') ?? ''), idempotencyKey,
  };
}

/** In the words of e签宝 (numbers) and of 法大大. */
const DRAFT: ReadonlySet<unknown> = new Set([0, 'task_created']);
const SIGNED: ReadonlySet<unknown> = new Set([2, 'task_finished', 'abolishing']);

/** The flow by which a contract is rescinded is none itself, nor is a draft: nobody was asked to sign it, and a request whose answer was lost leaves one behind. */
const isContract = ({ rescinds, status }: Fields): boolean => rescinds === undefined && !DRAFT.has(status);

/** A signing flow carries our contract number. */
function flowOf(flow: Fields): Entry {
  return {
    orderId: textIn(flow, 'externalRef')?.replace(/^HT\d*-/, '') ?? null, code: textIn(flow, 'id') ?? '',
    live: flow['live'] === true, done: flow['live'] === true && SIGNED.has(flow['status']),
  };
}

function shipmentOf(shipment: Fields): Entry {
  return { orderId: textIn(shipment, 'externalRef') ?? null, code: textIn(shipment, 'waybillNo') ?? '', live: shipment['live'] === true, done: shipment['live'] === true };
}

function crmOrderOf(record: Fields): CrmOrder {
  return {
    orderId: textIn(record, 'Id') ?? '', isActivated: record['Status'] === 'Activated', changedAt: Date.parse(textIn(record, 'LastModifiedDate') ?? ''),
    shown: textIn(record, 'Mesh_Status__c') ?? null,
  };
}

function fenIn(yuan: string): Fen | undefined {
  try {
    return fenFromYuan(yuan);
  } catch {
    return undefined;
  }
}
