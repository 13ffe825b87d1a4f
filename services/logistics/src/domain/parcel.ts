import type { MessageOf } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';

export type ParcelState = 'booked' | 'collected' | 'on-its-way' | 'out-for-delivery' | 'delivered' | 'returned';

/** What a shipment has become on the road. */
export interface Parcel {
  readonly orderId: string;
  readonly carrier: string;
  readonly waybill: string;
  readonly state: ParcelState;
  /** Of the last thing that was heard of it; null while nothing was. */
  readonly at: Instant | null;
}

/** Something that happened to a parcel, as the carrier shows it. */
export interface RouteEvent {
  readonly state: ParcelState;
  readonly at: Instant;
  readonly place: string;
  readonly detail: string;
}

// Carriers tell seconds: what happened in one second is put in the order in which it can have
const RANKS: Readonly<Record<ParcelState, number>> = { 'booked': 0, 'collected': 1, 'on-its-way': 2, 'out-for-delivery': 3, 'delivered': 4, 'returned': 5 };

/** Whether nothing more is to come. */
export const isArrived = ({ state }: Parcel): boolean => state === 'delivered' || state === 'returned';

/** Goes on from what the carrier shows: tells each state that the parcel has come to since, once, in the order in which it happened. What was shown before is passed over. */
export function noteRoute(known: Parcel, events: readonly RouteEvent[]): { readonly parcel: Parcel; readonly tell: readonly MessageOf<'DeliveryProgressed'>[] } {
  const { orderId, carrier, waybill } = known;
  const tell: MessageOf<'DeliveryProgressed'>[] = [];
  let parcel = known;
  for (const { state, at, place, detail } of events.toSorted((one, other) => one.at - other.at || RANKS[one.state] - RANKS[other.state])) {
    const isNew = parcel.at === null || at > parcel.at || (at === parcel.at && RANKS[state] > RANKS[parcel.state]);
    if (isArrived(parcel) || !isNew) continue;
    if (state !== parcel.state) tell.push({ type: 'DeliveryProgressed', value: { orderId, carrier, waybill, state, place, detail, at } });
    parcel = { ...parcel, state, at };
  }
  return { parcel, tell };
}
