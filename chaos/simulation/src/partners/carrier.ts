import type { CarrierOperations } from '@order-mesh/logistics';
import type { Owner } from '../virtual/timeline.ts';
import type { Wire } from './wire.ts';

/** Nobody delivers there. */
export const UNSERVED = 'XX';

export interface Shipment {
  readonly orderId: string;
  readonly waybill: string;
  status: 'booked' | 'called-off';
}

/** A carrier: one shipment an order, whoever asks how often. */
export class Carrier {
  readonly shipments = new Map<string, Shipment>();
  readonly #hasCollected: (orderId: string) => boolean;

  /** `hasCollected`: whose goods are on the way already and cannot be called off. */
  constructor(hasCollected: (orderId: string) => boolean) {
    this.#hasCollected = hasCollected;
  }

  connect(wire: Wire, owner: Owner): CarrierOperations {
    return {
      book: {
        kind: 'repeatable',
        perform: async ([call]) => (call ? [await wire.ask(owner, {
          system: 'carrier', orderId: call.orderId, what: 'ship the order',
          act: () => this.#book(call.orderId, call.request.shipTo.region),
          refuse: () => (this.shipments.has(call.orderId) ? this.#book(call.orderId, '') : { type: 'refused', reason: 'refused-by-carrier', detail: 'the carrier does not want it' } as const),
        })] : []),
      },
      'call-off': {
        kind: 'repeatable',
        perform: async ([call]) => (call ? [await wire.ask(owner, { system: 'carrier', orderId: call.orderId, what: 'call the order off', act: () => this.#callOff(call.orderId) })] : []),
      },
    };
  }

  #book(orderId: string, region: string) {
    const known = this.shipments.get(orderId);
    if (known?.status === 'called-off') return { type: 'refused', reason: 'called-off', detail: 'the order was called off' } as const;
    if (!known && region === UNSERVED) return { type: 'refused', reason: 'not-served', detail: 'nobody delivers there' } as const;
    const shipment = known ?? { orderId, waybill: `SF-${orderId}`, status: 'booked' as const };
    this.shipments.set(orderId, shipment);
    return { type: 'answered', answer: { carrier: 'SF', waybill: shipment.waybill } } as const;
  }

  #callOff(orderId: string) {
    const known = this.shipments.get(orderId);
    if (!known) return { type: 'refused', reason: 'unknown-order', detail: 'the carrier knows no such order' } as const;
    if (known.status === 'booked' && this.#hasCollected(orderId)) return { type: 'refused', reason: 'already-collected', detail: 'the goods are on their way' } as const;
    known.status = 'called-off';
    return { type: 'answered', answer: null } as const;
  }
}
