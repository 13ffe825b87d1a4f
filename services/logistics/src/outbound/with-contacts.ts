import { hushed, whyClosed, type ContactVault } from '@order-mesh/privacy';
import type { CarrierOperations } from './carrier-desk.ts';

/** A carrier that is told contacts: they are opened for the call and kept nowhere, and what it says of them is struck out of its answers. */
export function withContacts(operations: CarrierOperations, contacts: Pick<ContactVault, 'open'>): CarrierOperations {
  return {
    ...operations,
    book: {
      ...operations.book,
      perform: async (calls, signal) => Promise.all(calls.map(async (call) => {
        const opened = await contacts.open(call.orderId, call.request.shipTo);
        if (opened.type !== 'open') return whyClosed(opened.type);
        const [result = NOT_TOLD] = await operations.book.perform([{ ...call, request: { ...call.request, shipTo: opened.address } }], signal);
        return hushed(result, opened.address);
      })),
    },
  };
}

const NOT_TOLD = { type: 'unknown', detail: 'the carrier gave no result' } as const;
