import type { Broker } from '@order-mesh/messaging';
import type { OrderBook } from '../load/book.ts';
import type { Traffic } from '../load/traffic.ts';
import type { Stage } from '../stage/stage.ts';
import type { Progress } from '../watch/progress.ts';

/** Where faults happen. */
export interface Scene {
  readonly stage: Stage;
  readonly traffic: Traffic;
  readonly book: OrderBook;
  readonly progress: Progress;
  /** For what is sent beside the mesh. */
  readonly broker: Broker;
  readonly chance: () => number;
  readonly signal: AbortSignal;
}

/** Something that goes wrong for a while. */
export interface Fault {
  readonly name: string;
  /** What the mesh promises about it. */
  readonly claim: string;
  /** Between `inject` and `heal`. */
  readonly seconds: number;
  inject(scene: Scene): Promise<void>;
  /** Makes it good again, also when `inject` had failed half-way. Gives what shows that it really happened, null when it did not. */
  heal(scene: Scene): Promise<string | null>;
}

/** A fault that this machine does not allow: it is left out and said so. */
export class NotPossible extends Error {}
