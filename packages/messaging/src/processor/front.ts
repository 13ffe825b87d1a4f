import { milliseconds } from '@order-mesh/kernel';
import type { Consumer } from '../broker/broker.ts';

/** The topics on which new work comes, and whether it has to wait. */
export interface Front {
  readonly topics: readonly string[];
  readonly isShut: () => boolean;
}

const LOOK_EVERY = milliseconds(250);

/** Leaves new work on the broker while the front is shut; all other topics are read on, so that what has begun gets done. Gives the way to stop it. */
export function watchFront({ topics, isShut }: Front, consumer: Consumer): () => void {
  let shut = false;
  const timer = setInterval(() => {
    if (isShut() === shut) return;
    shut = !shut;
    consumer.hold(shut ? topics : []);
  }, LOOK_EVERY);
  return () => { clearInterval(timer); };
}
