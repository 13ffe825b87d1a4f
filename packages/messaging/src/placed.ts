import type { OrderPlaced } from '@order-mesh/contracts';
import type { Received } from './message.ts';

/** The orders that begin with these messages: what whoever reads ahead can know of them. */
export function ordersPlacedIn(batch: readonly Received[]): readonly OrderPlaced[] {
  return batch.flatMap((message) => (message.type === 'OrderPlaced' ? [message.value] : []));
}
