import { createRequire } from 'node:module';
import { never } from '@order-mesh/kernel';
import type * as Kafkajs from 'kafkajs';
import type { BrokerOptions, BrokerSecurity } from './broker.ts';

let library: typeof Kafkajs | null = null;

/** The library, loaded when it is first asked for, which the default driver does not; silent, and trying each request a few times only: going on is decided by who asked. */
export function kafkajsClient(options: BrokerOptions): Kafkajs.Kafka {
  const { Kafka, logLevel } = library ??= loaded();
  const { tls, sasl } = options.security ?? {};
  return new Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3_000,
    requestTimeout: 20_000,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 },
    ...(tls && { ssl: { ...tls } }),
    ...(sasl && { sasl: loginOf(sasl) }),
  });
}

function loginOf({ mechanism, username, password }: NonNullable<BrokerSecurity['sasl']>): Kafkajs.SASLOptions {
  switch (mechanism) {
    case 'SCRAM-SHA-512': return { mechanism: 'scram-sha-512', username, password };
    case 'SCRAM-SHA-256': return { mechanism: 'scram-sha-256', username, password };
    case 'PLAIN': return { mechanism: 'plain', username, password };
    default: return never(mechanism);
  }
}

function loaded(): typeof Kafkajs {
  const load = createRequire(import.meta.url);
  stopIdleTimer(load);
  const found: typeof Kafkajs = load('kafkajs');
  return found;
}

/**
 * kafkajs 2.2.4 sets a timer for minus 1.7 trillion ms after each answer, which Node takes for 1 ms, again and again:
 * 1,000 wake-ups a second per connection and a warning. With nothing pending there is nothing to check (kafkajs issue 1751).
 */
function stopIdleTimer(load: NodeJS.Require): void {
  const queue: unknown = load('kafkajs/src/network/requestQueue/index.js');
  if (typeof queue !== 'function') return;
  const prototype: RequestQueue = queue.prototype;
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function scheduleIfPending() {
    if (this.pending.length > 0) schedule.call(this);
  };
}

interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}
