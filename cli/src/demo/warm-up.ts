import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@order-mesh/contracts';
import { MeshError, minutes } from '@order-mesh/kernel';
import { createBroker, type Broker } from '@order-mesh/messaging';
import { loadSample } from '@order-mesh/simulator';
import type { Addresses } from '../up/addresses.ts';

const WITHIN = minutes(3);
const POLL = 250;
/** So many looks without a record taken mean that what was told has been heard. */
const QUIET_LOOKS = 3;

/** Waits until the mesh has told itself about customers and stock of the ERP. Throws TIMED_OUT. */
export async function knowsMasterData({ kafkaBrokers, kafkaSecurity, admin }: Addresses, ownU8: boolean): Promise<void> {
  const broker = createBroker({ driver: 'platformatic', brokers: kafkaBrokers.split(','), clientId: 'mesh-demo', ...(kafkaSecurity && { security: kafkaSecurity }) });
  try {
    const least = ownU8 ? factsOfSample() : 1;
    let before = -1;
    let quiet = 0;
    for (const deadline = Date.now() + WITHIN; Date.now() < deadline; await sleep(POLL)) {
      const taken = await recordsTaken(admin);
      quiet = taken === before ? quiet + 1 : 0;
      before = taken;
      if (quiet >= QUIET_LOOKS && await told(broker) >= least) return;
    }
    throw new MeshError('TIMED_OUT', { advice: `the mesh does not know the customers and stock of U8 after ${WITHIN / 1_000} s; see .mesh/logs for what the erp-adapter says` });
  } finally {
    await broker.close();
  }
}

/** All that our own U8 has to tell: on a busy machine there may be a silence between one kind of it and the next. */
function factsOfSample(): number {
  const { customers, products } = loadSample();
  const owed = customers.reduce((sum, { receivables }) => sum + receivables.length, 0);
  return customers.length + owed + products.length + products.filter(({ unitCostFen }) => unitCostFen !== undefined).length;
}

async function told(broker: Broker): Promise<number> {
  const ends = await broker.ends([topics.masterdataEvents]);
  return ends.reduce((sum, { offset }) => sum + Number(offset), 0);
}

async function recordsTaken(admin: readonly string[]): Promise<number> {
  const counts = await Promise.all(admin.map(async (url) => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(/^mesh_records_total(?:\{[^}]*\})? (\S+)/m.exec(text)?.[1] ?? 0);
  }));
  return counts.reduce((sum, count) => sum + count, 0);
}
