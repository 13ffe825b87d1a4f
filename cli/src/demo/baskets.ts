import type { SampleOrder } from '@order-mesh/simulator';

/** The baskets of the sample that follow the first `held`, each round of the sample under new numbers. */
export function basketsAfter(sample: readonly SampleOrder[], held: number, count: number): readonly SampleOrder[] {
  const rounds = Math.ceil((held + count) / sample.length);
  const all = Array.from({ length: rounds }, (_, round) => sample.map((order) => ({ ...order, number: `${order.number}-${round + 1}` })));
  return all.flat().slice(held, held + count);
}
