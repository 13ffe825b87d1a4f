import { isIP } from 'node:net';
import { Admin, findErrorBy } from '@platformatic/kafka';
import type { BrokerOptions } from './broker.ts';

/** What every client of this driver is made with. Retries are ours, so that nothing fails or waits unseen. */
export function clientOptions(options: BrokerOptions) {
  return {
    clientId: options.clientId,
    bootstrapBrokers: [...options.brokers],
    connectTimeout: 3_000,
    requestTimeout: 20_000,
    timeout: 10_000,
    // leaders move seldom, and every error asks anew
    metadataMaxAge: 300_000,
    retries: 0,
    ...connectionSecurity(options),
  };
}

/** What every connection of this driver is secured with. */
export function connectionSecurity({ brokers, security: { tls, sasl } = {} }: BrokerOptions) {
  // brokers behind one address are told apart by the name asked for, which may be no number
  const areNamed = brokers.every((broker) => isIP(broker.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')) === 0);
  return { ...(tls && { tls: { ...tls }, tlsServerName: areNamed }), ...(sasl && { sasl: { ...sasl } }) };
}

/** Whether the broker answered with one of these errors (their names in the protocol), alone or among others. */
export function isKafkaError(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.some((name) => findErrorBy(error, 'apiId', name) !== null);
}

/** Whether a fresh connection gets an answer: tells an outage from a client that is stuck. */
export async function answers(options: BrokerOptions): Promise<boolean> {
  const probe = new Admin({ ...clientOptions(options), requestTimeout: 3_000 });
  try {
    await probe.metadata({ topics: [] });
    return true;
  } catch {
    return false;
  } finally {
    await probe.close().catch(() => undefined);
  }
}
