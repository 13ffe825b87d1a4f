import 'reflect-metadata';
import type { Participant, Received, Subscription, Unit } from '@order-mesh/messaging';
import type { ServiceDefinition } from '@order-mesh/platform';

type Module = ReturnType<ServiceDefinition<unknown>['module']>;
type Method = (batch: readonly Received[], unit: Unit) => Promise<void>;

/** What Nest keeps about a class that it makes, and about a method that takes messages. */
const DEPENDENCIES = 'self:paramtypes';
const PATTERN = 'microservices:pattern';

/** What a module provides, by its token. */
export type Provided = ReadonlyMap<unknown, unknown>;

export function providedBy(module: Module): Provided {
  return new Map((module.providers ?? []).flatMap((provider) => ('provide' in provider && 'useValue' in provider ? [[provider.provide, provider.useValue] as const] : [])));
}

/**
 * The service as the batch processor sees it, put together from its own module as Nest would: each controller made with what its constructor
 * asks for, each `@EventPattern` method a subscription. Nest itself would take longer to start than a run lasts.
 */
export function participantOf(definition: Pick<ServiceDefinition<never>, 'name' | 'projection' | 'readAhead'>, module: Module): Participant {
  const provided = providedBy(module);
  const subscriptions = (module.controllers ?? []).flatMap((Controller) => subscriptionsOf(Controller, provided));
  const { name, projection = false, readAhead } = definition;
  return { name, projection, subscriptions, ...(readAhead && { readAhead }) };
}

function subscriptionsOf(Controller: new (...given: never[]) => object, provided: Provided): readonly Subscription[] {
  const wanted = (Reflect.getMetadata(DEPENDENCIES, Controller) ?? []) as readonly { readonly index: number; readonly param: unknown }[];
  const given = [...wanted].sort((one, other) => one.index - other.index).map(({ param }) => provided.get(param));
  const controller = new Controller(...given as never[]);
  return Object.getOwnPropertyNames(Controller.prototype).flatMap((name) => {
    const method: unknown = Reflect.get(controller, name);
    if (name === 'constructor' || typeof method !== 'function') return [];
    const topics = Reflect.getMetadata(PATTERN, method) as readonly string[] | undefined;
    return topics ? [{ topics, handle: (batch: readonly Received[], unit: Unit) => (method as Method).call(controller, batch, unit) }] : [];
  });
}
