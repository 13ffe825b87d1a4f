import { offences, type Invariant } from '../facts.ts';
import { books, type Book, type Entry } from '../ledgers/ledgers.ts';
import type { Offence } from '../verdict.ts';

// A booking number that two orders share would be one document for both.
const SHARED = `
  select 'document ' || code as subject, format('%s orders know it as theirs: %s', count(*), string_agg(order_id, ', ')) as problem
    from (select sale_order_code as code, order_id from erp_adapter.booking where sale_order_code is not null
          union all select receivable_code, order_id from erp_adapter.booking where receivable_code is not null
          union all select sign_flow_id, order_id from contract.contract where sign_flow_id is not null and status <> 'rescinding'
          union all select waybill, order_id from logistics.shipment where waybill is not null) known
   group by code having count(*) > 1`;

interface Exchanged {
  readonly order_id: string;
  readonly revision: number;
}

const EXCHANGED = 'select order_id, revision from contract.contract where revision > 0';

/**
 * Nothing here can lag: an order is entered at a partner at most once in its life, taken back or not, so a second entry is one too many
 * at any time (an amended order has another contract for each time it was amended); a key that two entries share says that the partner did it twice; and what repeats a message repeats its bytes.
 */
export const nothingHappensTwice: Invariant = {
  id: 'I7',
  title: 'nothing happens twice',
  promise: 'However often a message or a call was repeated, each partner was made to do each thing once: one entry an order, live or not, one entry a key; a message sent twice says the same.',
  check: async (facts) => {
    const ledgers = await facts.ledgers();
    const found: Offence[] = [...await offences(facts, [SHARED])];
    const exchanged = new Map((await facts.snapshot.rows<Exchanged>(EXCHANGED)).map(({ order_id: orderId, revision }) => [orderId, revision]));
    const checked: Record<string, number> = {};
    const notChecked: string[] = [];
    for (const book of books) {
      const entries = ledgers.books[book];
      if (entries === null) notChecked.push(`${book}s: no ledger to compare with`);
      else {
        checked['effects at partners'] = (checked['effects at partners'] ?? 0) + entries.length;
        found.push(...twice(book, entries, book === 'contract' ? exchanged : new Map()));
      }
    }
    const { stories, records } = await facts.history();
    checked['messages'] = records;
    for (const { orderId, faults } of stories.values()) {
      for (const { invariant, problem } of faults) if (invariant === 'I7') found.push({ subject: `order ${orderId}`, problem });
    }
    return { offences: found, checked, notChecked };
  },
};

function twice(book: Book, entries: readonly Entry[], exchanges: ReadonlyMap<string, number>): readonly Offence[] {
  const ours = entries.filter(({ orderId }) => orderId !== null);
  const ofOrder = [...Map.groupBy(ours, ({ orderId }) => orderId)].filter(([orderId, all]) => all.length > 1 + (exchanges.get(orderId ?? '') ?? 0));
  const ofKey = [...Map.groupBy(ours.filter(({ idempotencyKey }) => idempotencyKey !== undefined), ({ idempotencyKey }) => idempotencyKey)].filter(([, all]) => all.length > 1);
  return [
    ...ofOrder.map(([orderId, all]) => ({ subject: `order ${orderId ?? ''}`, problem: `was entered ${all.length} times as a ${book}: ${all.map(({ code }) => code).join(', ')}` })),
    ...ofKey.map(([key, all]) => ({ subject: `key ${key ?? ''}`, problem: `made ${all.length} ${book}s: ${all.map(({ code }) => code).join(', ')}` })),
  ];
}
