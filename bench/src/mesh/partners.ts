import type { OfficeAnswer, OpenSigningOffice, SigningOffice } from '@order-mesh/contract';
import type { BookingCalls, OpenErp, SettleBooking } from '@order-mesh/erp-adapter';
import type { Carrier, OpenCarrier } from '@order-mesh/logistics';
import { fen } from '@order-mesh/kernel';
import { UNSERVED } from '../workload.ts';

const DOCUMENT_SHA256 = '0'.repeat(64);

/** Has everything signed at once, in the transaction that asks. */
export const localOffice: OpenSigningOffice = (_runtime, settle) => {
  const office: SigningOffice = {
    async send(unit, terms) {
      if (terms.length === 0) return;
      const signed = { flow: 'completed', rescission: 'none', documentSha256: DOCUMENT_SHA256, signedAt: unit.now } as const;
      await settle(terms.flatMap(({ orderId, contractId, cause }): readonly OfficeAnswer[] => [
        { type: 'sending', orderId, outcome: { type: 'answered', answer: { signFlowId: contractId } }, cause },
        { type: 'reading', orderId, signFlowId: contractId, reading: signed, round: 0, cause },
      ]), unit);
    },
    recall: async () => [],
    async makeVoid(unit, voidings) {
      if (voidings.length === 0) return;
      await settle(voidings.map(({ orderId, cause }) => ({ type: 'voiding', orderId, outcome: { type: 'answered', answer: { now: 'void' } }, cause })), unit);
    },
    read: async () => {},
  };
  return office;
};

/** Takes every shipment but those to where nobody delivers. */
export const localCarrier: OpenCarrier = (_runtime, settle) => {
  const carrier: Carrier = {
    async book(unit, consignments) {
      if (consignments.length === 0) return;
      const isServed = consignments.map(({ shipTo }) => shipTo.region !== UNSERVED);
      await settle(consignments.map(({ orderId, cause }, index) => ({
        type: 'booking', orderId, cause,
        outcome: isServed[index] ? { type: 'answered', answer: { carrier: 'bench', waybill: `WB-${orderId}` } } : { type: 'refused', reason: 'not-served', detail: 'nobody delivers there' },
      })), unit);
    },
    recall: async () => [],
    async callOff(unit, orders) {
      if (orders.length === 0) return;
      await settle(orders.map(({ orderId, cause }) => ({ type: 'calling-off', orderId, outcome: { type: 'answered', answer: null }, cause })), unit);
    },
  };
  return carrier;
};

/** Books at once; its lists never change. */
export const localErp: OpenErp = () => ({
  lists: { changedSince: async (_kind, position) => ({ rows: [], readTo: position, isLast: true }) },
  statement: { async *documentsSince() {} },
  bookings: (settle) => {
    const calls: BookingCalls = {
      withdrawBook: async () => new Set(),
      async ask(unit, asked) {
        if (asked.length === 0) return;
        await settleBooking(asked.map((call): Settled => {
          const { orderId } = call.request;
          const cause = { id: `bench/${call.type}/${orderId}`, trace: call.traceparent === undefined ? {} : { traceparent: call.traceparent } };
          if (call.type !== 'book') return { type: 'take-back', orderId, cause, outcome: { type: 'taken-back' } };
          const documents = { saleOrderCode: `SO-${orderId}`, receivableCode: `AR-${orderId}`, amount: fen(BigInt(call.request.amount)) };
          return { type: 'book', orderId, cause, outcome: { type: 'booked', documents } };
        }), unit);
      },
    };
    const settleBooking = settle(calls);
    return calls;
  },
});

type Settled = Parameters<SettleBooking>[0][number];
