import type { Metrics } from '@order-mesh/platform';
import { never } from '@order-mesh/kernel';
import type { Definitions } from '../domain/follow.ts';
import { happeningsOf, type Happening } from '../domain/happening.ts';
import { sagaMeasures } from '../measures.ts';
import type { OrderWatch } from '../usecases/ports.ts';

/** Reasons told by their own name, at most: a partner's codes are not ours to limit. */
const MOST_REASONS = 60;

/** Measures what happens to orders; within a batch that costs a few counters an order. */
export function orderWatch(metrics: Metrics, definitions: Definitions): OrderWatch {
  const took = metrics.histogram(sagaMeasures.took);
  const ended = metrics.counter(sagaMeasures.ended);
  const failed = metrics.counter(sagaMeasures.failed);
  const steps = metrics.histogram(sagaMeasures.step);
  const appeals = metrics.histogram(sagaMeasures.appeal);
  const undone = metrics.counter(sagaMeasures.compensations);
  const within = metrics.gauge(sagaMeasures.within);
  const nameOf = firstOf(MOST_REASONS);
  ended.add({ outcome: 'confirmed', step: '', reason: '' }, 0);
  for (const { name: step, within: limit } of definitions.newest.steps) {
    within.set(limit / 1_000, { step });
    // Prometheus sees a counter grow only from a number it has seen
    failed.add({ step }, 0);
    for (const outcome of ['undone', 'failed']) undone.add({ step, outcome }, 0);
  }
  const measure = (happening: Happening): void => {
    switch (happening.type) {
      case 'step': return steps.observe(happening.took / 1_000, { step: happening.step, outcome: happening.outcome });
      case 'appeal': return appeals.observe(happening.took / 1_000, { step: happening.step, outcome: happening.outcome });
      case 'undo': return undone.add({ step: happening.step, outcome: happening.outcome });
      case 'end': {
        took.observe(happening.took / 1_000, { outcome: happening.outcome });
        if (happening.failed) failed.add({ step: happening.step });
        return ended.add({ outcome: happening.outcome, step: happening.step, reason: nameOf(happening.reason) });
      }
      default: return never(happening);
    }
  };
  return {
    moved: (moves) => { for (const move of moves) for (const happening of happeningsOf(definitions, move)) measure(happening); },
  };
}

function firstOf(most: number): (name: string) => string {
  const known = new Set<string>();
  return (name) => {
    if (known.size < most) known.add(name);
    return known.has(name) ? name : 'other';
  };
}
