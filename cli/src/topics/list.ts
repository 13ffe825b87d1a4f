import type { Broker } from '@order-mesh/messaging';
import { table } from '../show/text.ts';

export interface ShownTopic {
  readonly name: string;
  readonly partitions: number;
  /** How many records were ever written. */
  readonly records: number;
}

/** The topics there are, by name. */
export async function listTopics(broker: Broker): Promise<readonly ShownTopic[]> {
  const topics = (await broker.topics()).filter(({ name }) => !name.startsWith('__'));
  const ends = await broker.ends(topics.map(({ name }) => name));
  const written = (name: string): number => ends.reduce((sum, end) => (end.topic === name ? sum + Number(end.offset) : sum), 0);
  return topics.map(({ name, partitions }) => ({ name, partitions, records: written(name) })).sort((one, other) => one.name.localeCompare(other.name));
}

export function topicLines(topics: readonly ShownTopic[]): readonly string[] {
  return table([['topic', 'partitions', 'records'], ...topics.map(({ name, partitions, records }) => [name, String(partitions), String(records)])]);
}
