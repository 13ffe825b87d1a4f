import type { PastDecisions, SimulationBook } from './simulation-ports.ts';
import type { PastDecision, Simulation } from './simulation.ts';

/** Simulations in memory, as strict as the table: for tests. */
export function memorySimulationBook(): SimulationBook {
  const known = new Map<string, Simulation>();
  return {
    open: async (_tx, simulation) => { if (!known.has(simulation.simulationId)) known.set(simulation.simulationId, simulation); },
    next: async () => [...known.values()].find(({ isDone }) => !isDone) ?? null,
    save: async (_tx, simulation) => { known.set(simulation.simulationId, simulation); },
  };
}

/** The past decisions it is told of, the same at every point: for tests. */
export function memoryPastDecisions(past: readonly PastDecision[]): PastDecisions {
  const inOrder = past.toSorted((one, other) => (one.orderId < other.orderId ? -1 : 1));
  return {
    count: async () => inOrder.length,
    page: async (_tx, _point, { after, atMost }) => inOrder.filter(({ orderId }) => orderId > after).slice(0, atMost),
  };
}
