import { contracts } from '@order-mesh/contracts';
import type { TopicSpec } from '@order-mesh/messaging';
import { TOPICS_KEPT_FOR } from './retention.ts';

/** Every topic of the mesh as it is to be created: kept for a time, or, where its contract says so, the last message of each key for ever. */
export function topicsOf(partitions: number): readonly TopicSpec[] {
  const isCompacted = new Map(Object.values(contracts).map(({ topic, compacted = false }) => [topic, compacted]));
  return [...isCompacted].map(([name, compacted]) => (compacted ? { name, partitions, compacted } : { name, partitions, keptFor: TOPICS_KEPT_FOR }));
}
