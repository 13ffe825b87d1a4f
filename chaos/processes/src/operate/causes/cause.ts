import type { Broker } from '@order-mesh/messaging';
import type { OrderBook } from '../../load/book.ts';
import type { Traffic } from '../../load/traffic.ts';
import type { Stage } from '../../stage/stage.ts';
import type { Looker } from '../../watch/database.ts';
import type { FrontDoor } from '../front-door.ts';

/** Where alerts are caused. */
export interface World {
  readonly stage: Stage;
  readonly door: FrontDoor;
  readonly traffic: Traffic;
  readonly book: OrderBook;
  readonly looker: Looker;
  readonly broker: Broker;
  /** Orders that the regional manager leaves alone. */
  readonly held: Set<string>;
  readonly signal: AbortSignal;
}

/** Something that goes wrong until its alerts have fired. */
export interface Cause {
  /** What is done, and what makes it good again. */
  readonly condition: string;
  /** Those that follow, by `alertId`. */
  readonly alerts: readonly string[];
  /** Those of them that fire before it is made good; the others by what comes of it then. */
  readonly untilFired: readonly string[];
  inject(world: World): Promise<void>;
  /** Done again every few seconds until they have fired. */
  keepUp?(world: World): Promise<void>;
  /** Also when `inject` had failed half-way. */
  heal(world: World): Promise<void>;
}

