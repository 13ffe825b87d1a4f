import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@order-mesh/testing';
import { regionalManager } from '../src/demo/regional-manager.ts';

import { nextBaskets, openSalesDesk } from '../src/demo/sales-desk.ts';
import { Tracker } from '../src/demo/tracker.ts';
import { knowsMasterData } from '../src/demo/warm-up.ts';
import { logOf, startMesh, type RunningMesh } from './running-mesh.ts';
import { violationsAtRest } from './violations.ts';

const ORDERS = 100;
let mesh: RunningMesh;

beforeAll(async () => {
  mesh = await startMesh({ flags: ['--processes'] });
  await knowsMasterData(mesh.note().addresses, true);
}, 180_000);

afterAll(() => mesh?.stop(), 60_000);

function kill(victim: string): void {
  const pid = mesh.note().processes[victim];
  if (pid === undefined) throw new Error(`no process of the mesh is called ${victim}: ${Object.keys(mesh.note().processes).join()}`);
  process.kill(pid, 'SIGKILL');
}

/** Places the orders in two halves and kills the victim in between, while the first half is on its way. */
async function placeAndKill(victim: string, tracker: Tracker): Promise<void> {
  const desk = await openSalesDesk(mesh.note().addresses.salesforce);
  const baskets = nextBaskets(await desk.held(), ORDERS);
  tracker.add(await desk.place(baskets.slice(0, ORDERS / 2)), Date.now());
  await sleep(300);
  kill(victim);
  tracker.add(await desk.place(baskets.slice(ORDERS / 2)), Date.now());
}

async function waitForAll(tracker: Tracker, victim: string): Promise<void> {
  const manage = regionalManager(mesh.managers(), (orderId) => tracker.has(orderId));
  try {
    await until('every order to end', async () => {
      await tracker.look();
      await manage();
      return tracker.unfinished().length === 0;
    }, 150_000);
  } catch (cause) {
    const left = tracker.unfinished().map(({ orderId, order }) => `${orderId} ${order ? `${order.status} at ${order.step ?? ''}` : 'never shown'}`);
    throw new Error(`${left.length} orders have not ended: ${left.slice(0, 5).join('; ')}\n${await logOf(mesh, victim)}`, { cause });
  }
}

// what is started again is the same for every service; T1 kills each of them many times (chaos/processes)
const VICTIMS = ['gateway', 'order-orchestrator', 'kafka', 'postgres'];

describe('killed in the middle of 100 orders', () => {
  it.each(VICTIMS)('%s comes back, every order ends exactly once, and every invariant holds', async (victim) => {
    const tracker = new Tracker(mesh.gateway());
    await placeAndKill(victim, tracker);
    await waitForAll(tracker, victim);
    const orders = tracker.orders();
    expect(orders).toHaveLength(ORDERS);
    expect(orders.filter(({ status }) => status === 'confirmed').length).toBeGreaterThan(ORDERS / 2);
    expect(await violationsAtRest(mesh.note().addresses)).toEqual([]);
  }, 260_000);
});
