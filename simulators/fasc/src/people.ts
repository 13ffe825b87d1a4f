import type { SampleCustomer } from '@order-mesh/simulator';
import type { FascSettings } from './settings.ts';
import type { Actor, Behaviour } from './task.ts';

/** How actors answer: those told to by the settings, then the sample's customers who refuse, everybody else signs. */
export function behaviours(customers: readonly SampleCustomer[], settings: () => FascSettings): (actor: Actor) => Behaviour {
  const refusing = new Set(customers.filter(({ signs }) => signs === 'refuses').flatMap(({ name, contactPhone }) => [name, contactPhone]));
  return (actor) => {
    if (actor.seals) return 'signs';
    const { refuse, silent } = settings();
    if (isNamed(actor, silent)) return 'silent';
    return isNamed(actor, refuse) || isNamed(actor, [...refusing]) ? 'refuses' : 'signs';
  };
}

/** Whether an actor is in a list of names, ids or phones. */
export function isNamed({ actorId, actorName, openId, notifyAddress }: Actor, names: readonly string[]): boolean {
  return [actorId, actorName, openId, notifyAddress].some((name) => name !== undefined && names.includes(name));
}
