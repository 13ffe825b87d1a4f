import { setTimeout as sleep } from 'node:timers/promises';
import { milliseconds, minutes, seconds, type Duration } from '@order-mesh/kernel';
import { explain } from '../failure.ts';
import { openGateway, type Gateway } from '../gateway/gateway.ts';
import { sessionIn } from '../session/of-mesh.ts';
import type { Addresses } from '../up/addresses.ts';
import type { Screen } from '../up/screen.ts';
import { boardLines, endLine } from './board.ts';
import { managersRule, regionalManager } from './regional-manager.ts';
import { nextBaskets, openSalesDesk } from './sales-desk.ts';
import { summarize, type Summary } from './summary.ts';
import { Tracker } from './tracker.ts';
import { knowsMasterData } from './warm-up.ts';

export interface DemoScene {
  readonly addresses: Addresses;
  /** Where sessions are kept. */
  readonly dataDir: string;
  readonly ownU8: boolean;
  readonly orders: number;
  readonly startMs: Duration;
  readonly screen: Screen;
  /** Ends the demo where it is. */
  readonly asked: AbortSignal;
}

const ORDERS_A_CALL = 40;
const LOOK_EVERY = milliseconds(400);
/** A round that is not over by then is called unfinished: this much, and more for each order. */
const PATIENCE = minutes(3);
const PATIENCE_AN_ORDER = seconds(1);

/** Places a round of orders in Salesforce, decides what waits for a person, and shows it all until every order has ended. */
export async function runDemo(scene: DemoScene): Promise<Summary> {
  const { addresses, screen, orders } = scene;
  await inStage(screen, 'customers and stock from U8', () => knowsMasterData(addresses, scene.ownU8));
  screen.say(managersRule);
  const gateways = managers(addresses, scene.dataDir);
  const gateway = openGateway(addresses.gateway, sessionIn(scene.dataDir, addresses));
  const tracker = new Tracker(gateway);
  const broken = new AbortController();
  const placing = inStage(screen, `${orders} orders into Salesforce`, () => place(scene, tracker));
  placing.catch(() => { broken.abort(); });
  const manage = regionalManager(gateways, (orderId) => tracker.has(orderId));
  await follow({ ...scene, asked: AbortSignal.any([scene.asked, broken.signal]) }, tracker, manage);
  screen.live([]);
  if (broken.signal.aborted) await placing;
  if (!scene.asked.aborted) tellUnfinished(tracker, screen);
  return summarize(orders, tracker.orders(), scene.startMs);
}

/** Both regional managers of the demo's company, as who they are. */
const managers = (addresses: Addresses, dataDir: string): readonly Gateway[] => ['李娜', '张伟'].map((name) => openGateway(addresses.gateway, sessionIn(dataDir, addresses, name)));

function tellUnfinished(tracker: Tracker, screen: Screen): void {
  for (const { number, orderId, order } of tracker.unfinished()) {
    screen.say(`not ended: ${number} (${orderId}), ${order ? `${order.status} at ${order.step ?? 'the beginning'}` : 'never shown by the mesh'}`);
  }
}

async function inStage<Result>(screen: Screen, what: string, work: () => Promise<Result>): Promise<Result> {
  const stage = screen.stage(what);
  try {
    const result = await work();
    stage.done('there');
    return result;
  } catch (error) {
    stage.failed();
    throw error;
  }
}

async function place({ addresses, orders, asked }: DemoScene, tracker: Tracker): Promise<void> {
  const desk = await openSalesDesk(addresses.salesforce);
  const baskets = nextBaskets(await desk.held(), orders);
  for (let begin = 0; begin < baskets.length && !asked.aborted; begin += ORDERS_A_CALL) {
    const placed = await desk.place(baskets.slice(begin, begin + ORDERS_A_CALL));
    tracker.add(placed, Date.now());
  }
}

// The gateway may be away for a while, as when a service is brought back: what it does not tell now, it tells later.
async function follow({ screen, asked, orders }: DemoScene, tracker: Tracker, manage: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + PATIENCE + orders * PATIENCE_AN_ORDER;
  const isOver = (): boolean => tracker.all().length === orders && tracker.unfinished().length === 0;
  for (let trouble = ''; !isOver() && !asked.aborted && Date.now() < deadline; await sleep(LOOK_EVERY)) {
    try {
      for (const ended of await tracker.look()) screen.say(endLine(ended));
      await manage();
    } catch (error) {
      if (explain(error) !== trouble) screen.say(explain(error));
      trouble = explain(error);
    }
    screen.live(boardLines(tracker.all(), Date.now(), screen.rows() - 2));
  }
}
