import { MeshError } from '@order-mesh/kernel';
import { withTraces, type Submit } from '@order-mesh/platform';
import type { PlaceOrders, PlaceRequest, Placed } from '../usecases/place-orders.ts';

interface Waiting {
  readonly request: PlaceRequest;
  resolve(placed: Placed): void;
  reject(error: unknown): void;
}

/** Requests placed in one batch, at most. */
const MOST_AT_ONCE = 500;

/**
 * Takes orders one by one and places them together: whatever waits when the next batch begins shares its statements.
 * A key is in flight from here until its answer is committed, whether or not its sender still listens.
 */
export function placeDesk(submit: Submit, placeOrders: PlaceOrders): (request: PlaceRequest) => Promise<Placed> {
  const waiting: Waiting[] = [];
  const inFlight = new Set<string>();
  let called = false;

  const place: PlaceOrders = (requests, given) => withTraces(requests.map(({ order, trace }) => ({ key: order.orderId, trace })), given, (unit) => placeOrders(requests, unit));
  const call = (): void => {
    called = true;
    let taken: readonly Waiting[] | null = null;
    const take = (): readonly Waiting[] => {
      called = false;
      const group = waiting.splice(0, MOST_AT_ONCE);
      if (waiting.length > 0) call();
      return group;
    };
    // a batch that is repeated places the same group again
    submit((unit) => place((taken ??= take()).map(({ request }) => request), unit)).then(
      (placed) => { taken?.forEach((one, index) => { settle(one, placed[index]); }); },
      (error: unknown) => { giveUp(taken ?? take(), error); },
    );
  };
  // one broken request must not fail those beside it
  const giveUp = (group: readonly Waiting[], error: unknown): void => {
    const hopeless = group.length === 1 || error instanceof MeshError;
    if (hopeless) for (const one of group) one.reject(error);
    else for (const one of group) submit((unit) => place([one.request], unit)).then(([placed]) => { settle(one, placed); }, one.reject);
  };
  return async (request) => {
    if (inFlight.has(request.key)) return { type: 'in-flight' };
    inFlight.add(request.key);
    try {
      return await new Promise<Placed>((resolve, reject) => {
        waiting.push({ request, resolve, reject });
        if (!called) call();
      });
    } finally {
      inFlight.delete(request.key);
    }
  };
}

function settle(one: Waiting, placed: Placed | undefined): void {
  if (placed) one.resolve(placed);
  else one.reject(new TypeError('an order was taken and not answered'));
}
