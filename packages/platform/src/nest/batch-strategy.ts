import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import type { Participant, Received, Subscription, Unit } from '@order-mesh/messaging';
import { withTraces } from '../traces-at-hand.ts';
import { isObservable, lastValueFrom } from 'rxjs';

/**
 * Hands whole batches to `@EventPattern` methods: `method(@Payload() batch, @Ctx() unit)`.
 * Several topics in one pattern list make one subscription: its method gets all their messages of a batch in one call, in order.
 */
export class BatchStrategy extends Server implements CustomTransportStrategy {
  /** A failing handler must fail its batch, not only a log line. */
  override readonly propagatesEventHandlerErrors = true;
  readonly #methods = new Map<unknown, { readonly topics: string[]; readonly handler: MessageHandler<readonly Received[], Unit> }>();

  override addHandler(pattern: unknown, callback: MessageHandler, _isEventHandler?: boolean, extras?: Record<string, unknown>): void {
    // Nest passes the one extras object of the method with each of its patterns
    const method = extras ?? callback;
    const known = this.#methods.get(method);
    if (known) known.topics.push(String(pattern));
    else this.#methods.set(method, { topics: [String(pattern)], handler: callback });
  }

  /** The service as the batch processor sees it; complete once the Nest application is initialised. */
  participant(name: string, projection: boolean): Participant {
    const subscriptions = [...this.#methods.values()].map(({ topics, handler }): Subscription => ({
      topics,
      handle: (batch, given) => withTraces(batch, given, async (unit) => {
        const result: unknown = await handler(batch, unit);
        if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
      }),
    }));
    return { name, projection, subscriptions };
  }

  listen(ready: () => void): void {
    ready();
  }

  close(): void {}

  on(): void {}

  unwrap<T>(): T {
    throw new TypeError('the batch strategy has no client of its own; ask the runtime');
  }
}
