import type { Violation } from '../check/snapshot.ts';
import type { Scenario } from '../scenario.ts';
import { run, type Outcome } from '../world.ts';

export interface Shrunk {
  readonly original: Scenario;
  readonly smallest: Scenario;
  readonly outcome: Outcome;
  /** What is still broken in the smallest. */
  readonly violation: Violation | null;
  readonly runs: number;
}

const MOST_RUNS = 250;

/**
 * Takes away from a failing scenario whatever is not needed for it to fail in the same way: orders first, for they make the story long,
 * then faults, then processes.
 */
export async function shrink(original: Scenario): Promise<Shrunk> {
  const first = await run(original);
  const [wanted] = first.violations;
  if (!wanted) return { original, smallest: original, outcome: first, violation: null, runs: 1 };
  const budget = { runs: 1 };
  const fails = async (candidate: Scenario): Promise<boolean> => {
    budget.runs += 1;
    return (await run(candidate)).violations.some(({ invariant }) => invariant === wanted.invariant);
  };
  const hasBudget = (): boolean => budget.runs < MOST_RUNS;
  let smallest = await aroundOne(original, wanted, fails);
  for (let size = Infinity; size > sizeOf(smallest) && hasBudget();) {
    size = sizeOf(smallest);
    smallest = { ...smallest, orders: await fewer(smallest.orders, (orders) => fails({ ...smallest, orders }), hasBudget) };
    smallest = { ...smallest, publications: await fewer(smallest.publications, (publications) => fails({ ...smallest, publications }), hasBudget) };
    smallest = { ...smallest, faults: await fewer(smallest.faults, (faults) => fails({ ...smallest, faults }), hasBudget) };
    smallest = { ...smallest, processes: await fewer(smallest.processes, async (processes) => processes.length > 0 && isWhole(original, processes) && fails({ ...smallest, processes }), hasBudget) };
  }
  const outcome = await run(smallest, { keepLines: true });
  const violation = outcome.violations.find(({ invariant }) => invariant === wanted.invariant) ?? null;
  return { original, smallest, outcome, violation, runs: budget.runs + 1 };
}

const sizeOf = ({ orders, publications, faults, processes }: Scenario): number => orders.length + publications.length + faults.length + processes.length;

/** Perhaps the order concerned fails all alone. */
async function aroundOne(scenario: Scenario, { orderId }: Violation, fails: (candidate: Scenario) => Promise<boolean>): Promise<Scenario> {
  const alone = { ...scenario, orders: scenario.orders.filter(({ order }) => order.orderId === orderId) };
  return alone.orders.length > 0 && (await fails(alone)) ? alone : scenario;
}

/** Every service must still run somewhere. */
function isWhole(original: Scenario, processes: Scenario['processes']): boolean {
  const running = new Set(processes.flatMap(({ services }) => services));
  return original.processes.every(({ services }) => services.every((name) => running.has(name)));
}

/** Delta debugging (Zeller): leaves out ever smaller parts as long as it still fails. */
async function fewer<One>(all: readonly One[], fails: (some: readonly One[]) => Promise<boolean>, hasBudget: () => boolean): Promise<readonly One[]> {
  let kept = all;
  for (let parts = 2; kept.length > 0 && parts <= Math.max(2, kept.length) && hasBudget();) {
    const left = await without(kept, Math.min(parts, kept.length), fails, hasBudget);
    if (left) {
      kept = left;
      parts = Math.max(2, parts - 1);
    } else if (parts >= kept.length) return kept;
    else parts = Math.min(parts * 2, kept.length);
  }
  return kept;
}

async function without<One>(kept: readonly One[], parts: number, fails: (some: readonly One[]) => Promise<boolean>, hasBudget: () => boolean): Promise<readonly One[] | undefined> {
  const size = Math.ceil(kept.length / parts);
  for (let from = 0; from < kept.length && hasBudget(); from += size) {
    const left = [...kept.slice(0, from), ...kept.slice(from + size)];
    if (await fails(left)) return left;
  }
  return undefined;
}
