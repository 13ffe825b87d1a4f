import type { TopicPartition } from '../broker/broker.ts';
import type { Participant, Subscription } from '../participant.ts';

/** One way a topic goes: to which participant, into which of its handlers. */
export interface Route {
  readonly participant: Participant;
  readonly subscription: Subscription;
}

export type Routing = ReadonlyMap<string, readonly Route[]>;

/** Who takes which topic, in the order of the participants. */
export function routingOf(participants: readonly Participant[]): Routing {
  const ways = participants.flatMap((participant) => participant.subscriptions.flatMap((subscription) => subscription.topics.map((topic) => ({ topic, participant, subscription }))));
  return Map.groupBy(ways, ({ topic }) => topic);
}

/** The routing with one participant alone. */
export function routingTo(name: string, routing: Routing): Routing {
  return new Map([...routing].map(([topic, routes]) => [topic, routes.filter(({ participant }) => participant.name === name)]));
}

/** A partition is ours when we hold it of every topic we take: only then nothing of its orders waits elsewhere. */
export function wholePartitions(assigned: readonly TopicPartition[], topicCount: number): ReadonlySet<number> {
  const held = new Map<number, number>();
  for (const { partition } of assigned) held.set(partition, (held.get(partition) ?? 0) + 1);
  return new Set([...held].filter(([, count]) => count === topicCount).map(([partition]) => partition));
}
