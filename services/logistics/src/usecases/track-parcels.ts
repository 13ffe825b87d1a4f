import { draftOf, type Unit } from '@order-mesh/messaging';
import { noteRoute, type RouteEvent } from '../domain/parcel.ts';
import type { TrackingPorts } from './ports.ts';

/** At most so many parcels are asked about in one go; the rest follows ten seconds later. */
const AT_MOST = 500;

/** Asks the carrier about parcels whose time to be looked at has come. */
export const askAboutParcels = ({ parcels, tracking, every }: Pick<TrackingPorts, 'parcels' | 'tracking' | 'every'>) => async (unit: Unit): Promise<void> => {
  const due = await parcels.takeDue(unit.tx, { now: unit.now, nextLookAt: unit.now + every, atMost: AT_MOST });
  await tracking.ask(unit, due.map(({ orderId, waybill }) => ({ orderId, waybill, cause: { id: `track/${waybill}/${unit.now}`, trace: {} } })));
};

/** What a carrier showed of one parcel. */
export interface Shown {
  readonly orderId: string;
  readonly events: readonly RouteEvent[];
  readonly cause: Parameters<Unit['send']>[1];
}

/** Tells how far parcels have come since the last time. */
export const noteRoutes = ({ parcels, log }: Pick<TrackingPorts, 'parcels' | 'log'>) => async (shown: readonly Shown[], unit: Unit): Promise<void> => {
  const draft = draftOf(await parcels.load(unit.tx, shown.map(({ orderId }) => orderId)));
  for (const { orderId, events, cause } of shown) {
    const known = draft.get(orderId);
    // called off meanwhile
    if (!known) continue;
    const { parcel, tell } = noteRoute(known, events);
    if (parcel !== known) draft.put(orderId, parcel);
    for (const message of tell) {
      unit.send(message, cause);
      log.info('delivery progressed', { ...message.value });
    }
  }
  await parcels.save(unit.tx, draft.written());
};
