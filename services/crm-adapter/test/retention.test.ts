import { setTimeout as wait } from 'node:timers/promises';
import type { Connection } from 'jsforce';
import { hours } from '@order-mesh/kernel';
import type { Salesforce } from '@order-mesh/salesforce-simulator';
import { configFor, emptyMemory, openWorld, place, salesDesk, sample, startAdapter, until } from './scene.ts';

const KEPT_FOR_HOURS = 72;

let world: Salesforce;
let desk: Connection;
beforeEach(async () => {
  world = await openWorld();
  desk = await salesDesk(world);
});
afterEach(() => world.close());

const moveClock = (length: number) => fetch(`${world.url}/_sim/clock`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ advanceMs: length }) });
const oneOrder = async (at: number): Promise<string> => (await place(desk, sample.orders.slice(at, at + 1)))[0] ?? '';

describe('a mesh that was away', () => {
  it.each([[KEPT_FOR_HOURS - 1, 0], [KEPT_FOR_HOURS + 1, 1]])('for %d hours has missed no order, and had to read them over REST %d times', async (away, losses) => {
    const memory = emptyMemory();
    const before = startAdapter(configFor(world), memory);
    const heard = await oneOrder(0);
    await until(() => before.toldOf(heard).length > 0, 'the order before');
    await before.kill();
    const missed = [await oneOrder(1), await oneOrder(2)];
    await moveClock(hours(away));
    const late = await oneOrder(3);
    const after = startAdapter(configFor(world), memory);
    await until(() => [...missed, late].every((orderId) => after.toldOf(orderId).length > 0), 'what was placed meanwhile');
    const fresh = await oneOrder(4);
    await until(() => after.toldOf(fresh).length > 0, 'the next order');
    await wait(300);
    expect(after.lost.count).toBe(losses);
    await after.stop();
  });

  it('is not thrown back by three days in which nothing happened', async () => {
    const memory = emptyMemory();
    const before = startAdapter(configFor(world), memory);
    const heard = await oneOrder(0);
    await until(() => before.toldOf(heard).length > 0, 'the order before');
    await moveClock(hours(KEPT_FOR_HOURS + 1));
    const next = await oneOrder(1);
    await until(() => before.toldOf(next).length > 0, 'the order after, in a new session');
    expect([before.lost.count, before.toldOf(heard)]).toEqual([0, ['OrderPlaced']]);
    await before.stop();
  });
});
