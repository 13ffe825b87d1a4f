import type { Participant, Subscription } from '../participant.ts';

/** One way a topic goes: to which participant, into which of its handlers. */
export interface Route {
  readonly participant: Participant;
  readonly subscription: Subscription;
}

export type Routing = ReadonlyMap<string, readonly Route[]>;

/** Who takes which topic, in the order of the participants. */
export function routingOf(participants: readonly Participant[]): Routing {
  const routing = new Map<string, Route[]>();
  for (const participant of participants) {
    for (const subscription of participant.subscriptions) {
      for (const topic of subscription.topics) {
        const routes = routing.get(topic);
        if (routes) routes.push({ participant, subscription });
        else routing.set(topic, [{ participant, subscription }]);
      }
    }
  }
  return routing;
}

/** The routing with one participant alone. */
export function routingTo(name: string, routing: Routing): Routing {
  return new Map([...routing].map(([topic, routes]) => [topic, routes.filter(({ participant }) => participant.name === name)]));
}
