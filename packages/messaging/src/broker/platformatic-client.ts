import { isIP } from 'node:net';
import { Admin, Connection, findErrorBy, instancesChannel } from '@platformatic/kafka';
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

// What a connection suffers reaches everybody who waits for it. It is also an event, to which the library listens once or not at all: a second one (a login
// that was cut off), or one on a connection that no pool made, would end the process.
instancesChannel.subscribe((made) => {
  if (typeof made === 'object' && made !== null && 'instance' in made && made.instance instanceof Connection) made.instance.on('error', () => undefined);
});

/** A connection of its own to this broker, for what the clients have no call for. Whoever asked for it closes it. */
export async function connectTo({ host, port }: BrokerPlace, options: BrokerOptions): Promise<Connection> {
  const { clientId, connectTimeout, requestTimeout } = clientOptions(options);
  const connection = new Connection(clientId, { connectTimeout, requestTimeout, ...connectionSecurity(options) });
  await connection.connect(host, port);
  return connection;
}

interface BrokerPlace {
  readonly host: string;
  readonly port: number;
}

/** What every connection of this driver is secured with. */
function connectionSecurity({ brokers, security: { tls, sasl } = {} }: BrokerOptions) {
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
