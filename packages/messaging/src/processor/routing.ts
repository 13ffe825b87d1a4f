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
