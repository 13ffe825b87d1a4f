import { openGateway, root } from '@order-mesh/cli/parts';
import { seededChance } from '@order-mesh/simulator';
import { ordersEnded } from '../after.ts';
import { OrderBook } from '../load/book.ts';
import { CrmDesk } from '../load/crm.ts';
import { OrderDesk } from '../load/desk.ts';
import { decisions } from '../load/load.ts';
import { orderDrawer } from '../load/orders.ts';
import { judge, type Judged } from '../oracle.ts';
import { Looker } from '../watch/database.ts';
import { watchEnds } from '../watch/ends.ts';
import { knowsMasterData } from '../watch/master-data.ts';
import { unlessAborted } from '../watch/unless-aborted.ts';
import { buildRelease } from './build-release.ts';
import type { Release } from './releases.ts';
import { calm, onTheWay, placesOf, spread, type Places } from './spread.ts';
import { World } from './world.ts';

/** A release with the folder it was built in. */
export interface Built extends Pick<Release, 'name'> {
  readonly path: string;
}

export interface UpgradeOptions {
  readonly from: Release;
  /** Null leaves the way back out. */
  readonly backTo: Release | null;
  /** How many orders are on their way at each change. */
  readonly orders: number;
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** Leaves logs and data behind when something is wrong. */
  readonly keep: boolean;
}

/** One change of releases, and what came of the orders that were on their way. */
export interface Change {
  readonly from: string;
  readonly to: string;
  /** Where the orders were at the moment of the change. */
  readonly places: Places;
  /** How long nobody took orders. */
  readonly awaySeconds: number;
  /** Placed in the CRM meanwhile. */
  readonly placedMeanwhile: number;
  readonly orders: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** What is wrong, in words. */
  readonly problems: readonly string[];
  readonly verdicts: Judged['verdicts'];
}

/** What the build in the work tree is called. */
export const HERE = 'HEAD';
const MEANWHILE_SHARE = 0.1;
const AFTERWARDS_SHARE = 0.06;

/** From a release to this build and back and forth again on the same data, with orders on their way each time. Leaves no process or folder, however it ends. */
export async function upgrade(options: UpgradeOptions): Promise<readonly Change[]> {
  const { from, backTo, say, signal, keep } = options;
  const world = await World.prepare(signal);
  let isKept = keep;
  try {
    const changes = await unlessAborted(signal, (async () => {
      say(`building ${[...new Set([from.name, backTo?.name ?? from.name])].join(' and ')}`);
      const workshop = { root, folder: world.folder.in('releases'), signal };
      const before: Built = { name: from.name, path: await buildRelease(from, workshop) };
      const back: Built | null = backTo && { name: backTo.name, path: backTo.commit === from.commit ? before.path : await buildRelease(backTo, workshop) };
      return await there(world, { before, back }, options);
    })());
    isKept = keep && changes.some(({ problems }) => problems.length > 0);
    return changes;
  } finally {
    await world.down({ keep: isKept && !signal.aborted });
    if (isKept && !signal.aborted) say(world.folder.kept);
  }
}

async function there(world: World, { before, back }: { readonly before: Built; readonly back: Built | null }, { orders, seed, say, signal }: UpgradeOptions): Promise<readonly Change[]> {
  const here: Built = { name: HERE, path: root };
  await world.up();
  await world.run(before.path);
  const looker = new Looker(world.addresses.databaseUrl);
  await knowsMasterData(looker, signal);
  say(`${before.name} runs, and knows the customers and the stock of the ERP`);
  const journey = { world, looker, book: new OrderBook(), chance: seededChance(seed), orders, say, signal };
  const changes: Change[] = [];
  for (const [index, [one, next]] of [[before, here] as const, ...(back ? [[here, back] as const, [back, here] as const] : [])].entries()) {
    changes.push(await change({ ...journey, prefix: `u${index + 1}-` }, one, next));
  }
  await world.stop();
  await looker.close();
  return changes;
}

interface Journey {
  readonly world: World;
  readonly looker: Looker;
  /** Of all changes: an order of an earlier one must not be lost in a later one. */
  readonly book: OrderBook;
  readonly chance: () => number;
  readonly orders: number;
  readonly prefix: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

async function change({ world, looker, book, chance, orders, prefix, say, signal }: Journey, from: Built, to: Built): Promise<Change> {
  const gateway = openGateway(world.addresses.gateway, world.people.director);
  const desk = new OrderDesk({ url: gateway.url, session: world.people.shop, book, signal });
  const draw = orderDrawer(chance);
  const known = book.all().length;
  await spread({ world, looker, desk, gateway, draw, prefix, orders, signal });
  const stoppedAt = performance.now();
  const badEnd = await world.stop();
  const places = await placesOf(looker);
  if (badEnd !== null) say(`${from.name}, asked to stop, ${badEnd}`);
  say(`${from.name} has stopped with ${onTheWay(places)} orders on their way: ${shownPlaces(places)}`);
  const placedMeanwhile = Math.ceil(orders * MEANWHILE_SHARE);
  await new CrmDesk(world.partners.salesforce, book).place(placedMeanwhile);
  await world.run(to.path);
  const awaySeconds = (performance.now() - stoppedAt) / 1_000;
  say(`${to.name} took over after ${awaySeconds.toFixed(1)} s`);
  await calm(world);
  const [deciding, watching] = [decisions(gateway.url, world.people.director), watchEnds(looker, book)];
  for (let placed = 0; placed < orders * AFTERWARDS_SHARE; placed += 1) desk.place(draw(`${prefix}after-${placed}`));
  await desk.idle();
  await ordersEnded(book, signal);
  for (const one of [deciding, watching]) await one.stop();
  const { verdicts, lost, doubled, stuck, broken } = await judge(world, looker, book);
  say(`${book.all().length - known} orders have ended under ${to.name}`);
  const ended = Object.groupBy(book.all().slice(known), ({ status }) => status ?? 'not ended');
  return {
    from: from.name, to: to.name, places, awaySeconds, placedMeanwhile, orders: book.all().length - known, verdicts,
    byStatus: Object.fromEntries(Object.entries(ended).map(([status, all]) => [status, all?.length ?? 0])),
    problems: [...lost, ...doubled, ...stuck, ...broken, ...desk.refusals, ...(badEnd !== null && from.name === HERE ? [`asked to stop, ${badEnd}`] : []), ...await untakenBy(looker), ...await world.missed(), ...(onTheWay(places) < orders ? [`only ${onTheWay(places)} orders were on their way`] : [])],
  };
}

/** Messages that the release could not take. */
async function untakenBy(looker: Looker): Promise<readonly string[]> {
  const rows = await looker.rows<{ readonly problem: string }>('select participant || \': \' || reason || \': \' || detail as problem from messaging.dead_letter limit 10');
  return (rows ?? []).map(({ problem }) => `dead letter: ${problem}`);
}

export const shownPlaces = (places: Places): string => Object.entries(places).map(([place, count]) => `${count} ${place}`).join(', ');
