import type { Addresses } from '../src/up/addresses.ts';
import type { Order } from '../src/gateway/order.ts';

interface Entry {
  readonly kind?: string;
  readonly externalRef: string | null;
  readonly live: boolean;
  readonly amount?: string;
}

/** What the partners hold, by their own books: the oracle of every fault test. */
export interface Ledgers {
  readonly saleOrders: readonly Entry[];
  readonly receivables: readonly Entry[];
  readonly signFlows: readonly Entry[];
  readonly shipments: readonly Entry[];
}

export async function readLedgers({ u8, esign, carrier }: Addresses): Promise<Ledgers> {
  const [{ documents }, { flows }, { shipments }] = await Promise.all([
    read<{ readonly documents: readonly Entry[] }>(u8), read<{ readonly flows: readonly Entry[] }>(esign), read<{ readonly shipments: readonly Entry[] }>(carrier),
  ]);
  return {
    saleOrders: documents.filter(({ kind }) => kind === 'saleorder'),
    receivables: documents.filter(({ kind }) => kind === 'oughtreceive'),
    // a signing flow carries our contract number
    signFlows: flows.map((flow) => ({ ...flow, externalRef: flow.externalRef?.replace(/^HT-/, '') ?? null })),
    shipments,
  };
}

/** Every disagreement between how the orders ended and what the partners hold, in words; none is the only good answer. */
export function disagreements(orders: readonly Order[], ledgers: Ledgers): readonly string[] {
  const books = Object.entries({ 'sales order': ledgers.saleOrders, receivable: ledgers.receivables, contract: ledgers.signFlows, shipment: ledgers.shipments });
  return books.flatMap(([what, entries]) => {
    const live = Map.groupBy(entries.filter((entry) => entry.live), ({ externalRef }) => externalRef);
    return orders.flatMap(({ orderId, status, amountFen }) => {
      const held = live.get(orderId) ?? [];
      const wanted = status === 'confirmed' ? 1 : 0;
      if (held.length !== wanted) return [`${orderId} is ${status} with ${held.length} live ${what}s`];
      return held.flatMap(({ amount }) => (amount !== undefined && fenOf(amount) !== amountFen ? [`the ${what} of ${orderId} is over ${amount}, the order over ${amountFen ?? ''} fen`] : []));
    });
  });
}

const fenOf = (yuan: string): string => String(Math.round(Number(yuan) * 100));

async function read<Ledger>(url: string): Promise<Ledger> {
  const response = await fetch(`${url}/_sim/ledger`);
  // the simulators' own books, in the shape their README gives
  return await response.json() as Ledger;
}
