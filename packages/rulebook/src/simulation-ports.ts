import type { Transaction } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import type { PastDecision, SimulatedPoint, Simulation } from './simulation.ts';

/** What other rules a service puts to its past decisions, and how far that is. */
export interface SimulationBook {
  /** Begins one; one that was begun before stays as it is. */
  open(tx: Transaction, simulation: Simulation): Promise<void>;
  /** One that is not done, and that nobody else is at; it is locked until the transaction ends. */
  next(tx: Transaction): Promise<Simulation | null>;
  save(tx: Transaction, simulation: Simulation): Promise<void>;
}

/** Where a service keeps what it decided by rules. */
export interface PastDecisions {
  /** How many orders there are to look at. */
  count(tx: Transaction, point: string): Promise<number>;
  /** What was decided at a point, in the order of the orders' numbers, after that of one; only the end is an empty page. */
  page(tx: Transaction, point: string, from: { readonly after: string; readonly atMost: number }): Promise<readonly PastDecision[]>;
}

/** What a service gives so that other rules can be put to what it decided. */
export interface SimulationPorts {
  readonly service: string;
  readonly points: readonly SimulatedPoint[];
  readonly simulations: SimulationBook;
  readonly past: PastDecisions;
  readonly log: Log;
}
