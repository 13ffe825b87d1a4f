import { connect } from 'node:net';
import { MeshError, seconds } from '@order-mesh/kernel';
import { createBroker, type Broker } from '@order-mesh/messaging';
import { kafkaSecurityIn } from './security.ts';
import type { FoundKafka } from '../where.ts';

const CONNECT_WITHIN = seconds(3);

/** Does the work with the broker and lets go of it. Throws NOT_RUNNING at once when nobody listens there, where a client would wait. */
export async function withBroker<Result>(found: FoundKafka, work: (broker: Broker) => Promise<Result>): Promise<Result> {
  const brokers = found.at.split(',').map((broker) => broker.trim());
  const reachable = await Promise.all(brokers.map((broker) => canConnect(broker)));
  if (!reachable.includes(true)) {
    throw new MeshError('NOT_RUNNING', { advice: `no Kafka answers at ${found.at} (${found.from}); start a mesh here with "mesh up" (or npm start), or say where it is with --brokers or KAFKA_BROKERS` });
  }
  const broker = createBroker({ driver: 'platformatic', brokers, clientId: 'mesh-cli', security: await kafkaSecurityIn(found, process.env) });
  try {
    return await work(broker);
  } finally {
    await broker.close();
  }
}

/** True when somebody listens at `host:port`. */
export function canConnect(address: string): Promise<boolean> {
  const split = address.lastIndexOf(':');
  return new Promise((resolve) => {
    const socket = connect({ host: address.slice(0, split), port: Number(address.slice(split + 1)), timeout: CONNECT_WITHIN });
    const answer = (reachable: boolean) => (): void => {
      socket.destroy();
      resolve(reachable);
    };
    socket.once('connect', answer(true)).once('error', answer(false)).once('timeout', answer(false));
  });
}
