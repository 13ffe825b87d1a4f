import type { PastDecision, Simulation } from '../domain/simulation.ts';
import type { SimulationBook } from '../usecases/ports.ts';

/** Simulations in memory, over the decisions it is told of: for tests. */
export function memorySimulationBook(past: () => readonly PastDecision[]): SimulationBook {
  const known = new Map<string, Simulation>();
  const inOrder = (): readonly PastDecision[] => past().toSorted((one, other) => (one.orderId < other.orderId ? -1 : 1));
  return {
    open: async (_tx, simulation) => { if (!known.has(simulation.simulationId)) known.set(simulation.simulationId, simulation); },
    next: async () => [...known.values()].find(({ isDone }) => !isDone) ?? null,
    save: async (_tx, simulation) => { known.set(simulation.simulationId, simulation); },
    count: async () => past().length,
    decisions: async (_tx, after, atMost) => inOrder().filter(({ orderId }) => orderId > after).slice(0, atMost),
  };
}
