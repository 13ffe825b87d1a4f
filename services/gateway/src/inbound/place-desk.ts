import { grouped, withTraces, type Submit } from '@order-mesh/platform';
import type { PlaceOrders, PlaceRequest, Placed } from '../usecases/place-orders.ts';

/**
 * Takes orders one by one and places them together.
 * A key is in flight from here until its answer is committed, whether or not its sender still listens.
 */
export function placeDesk(submit: Submit, placeOrders: PlaceOrders): (request: PlaceRequest) => Promise<Placed> {
  const place = grouped(submit, (requests: readonly PlaceRequest[], given) => withTraces(requests.map(({ order, trace }) => ({ key: order.orderId, trace })), given, (unit) => placeOrders(requests, unit)));
  const inFlight = new Set<string>();
  return async (request) => {
    if (inFlight.has(request.key)) return { type: 'in-flight' };
    inFlight.add(request.key);
    try {
      return await place(request);
    } finally {
      inFlight.delete(request.key);
    }
  };
}
