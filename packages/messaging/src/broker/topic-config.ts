import type { TopicSpec } from './broker.ts';

/** What a topic is configured with, beside the broker's defaults. */
export function configOf({ compacted, keptFor }: TopicSpec): { name: string; value: string }[] {
  return [
    ...(compacted ? [{ name: 'cleanup.policy', value: 'compact' }] : []),
    ...(keptFor === undefined ? [] : [{ name: 'retention.ms', value: String(keptFor) }]),
  ];
}
