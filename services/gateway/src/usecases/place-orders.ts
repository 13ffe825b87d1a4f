import type { Instant } from '@order-mesh/kernel';
import type { Trace, Unit } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import { itemOf } from '../domain/order-item.ts';
import { requestText, type OrderDraft } from '../domain/order-request.ts';
import { contentOf, placementOf, unknownOrder, type Digest, type OrderView } from '../domain/order-view.ts';
import type { Json } from '../domain/timeline.ts';
import type { Contacts, KeptAnswer, KeptOrder, KeyBook, ViewBook } from './ports.ts';

export interface PlacePorts {
  readonly views: ViewBook;
  readonly keys: KeyBook;
  readonly contacts: Pick<Contacts, 'seal'>;
  readonly digest: Digest;
  readonly log: Log;
}

/** An order that passed the border, and the key its sender will repeat it under. */
export interface PlaceRequest {
  readonly key: string;
  readonly order: OrderDraft;
  readonly trace: Trace;
}

export type Placed =
  /** What to answer: under the same key always the same. */
  | { readonly type: 'answered'; readonly answer: Json; readonly replayed: boolean }
  /** The key was used for something else. */
  | { readonly type: 'key-reused' }
  /** Another process answers the same key right now. */
  | { readonly type: 'in-flight' };

export type PlaceOrders = (requests: readonly PlaceRequest[], unit: Unit) => Promise<readonly Placed[]>;

/** Places each order once, and keeps what was answered under its key in the same transaction. A later request of the batch sees the earlier ones. */
export const placeOrders = ({ views, keys, contacts, digest, log }: PlacePorts): PlaceOrders => async (requests, unit) => {
  // asked for together, they travel together
  const [taken, kept, addresses] = await Promise.all([
    keys.take(unit.tx, distinct(requests.map(({ key }) => key))), views.load(unit.tx, distinct(requests.map(({ order }) => order.orderId))),
    contacts.seal(unit.tx, requests.map(({ order }) => order)),
  ]);
  const [known, orders] = [new Map(taken), new Map(kept)];
  const answers: KeptAnswer[] = [];
  const placed = new Map<string, KeptOrder>();

  const results = requests.map(({ key, order: given, trace }, index): Placed => {
    const bodyDigest = digest(requestText(given));
    const answered = known.get(key);
    if (answered === 'elsewhere') return { type: 'in-flight' };
    if (answered) return answered.bodyDigest === bodyDigest ? { type: 'answered', answer: answered.answer, replayed: true } : { type: 'key-reused' };
    const order = { ...given, shipTo: addresses[index] ?? given.shipTo };
    const before = orders.get(order.orderId);
    const decision = decide(before?.view ?? unknownOrder(order.orderId), order, unit.now, digest);
    if (decision.view) {
      unit.send({ type: 'OrderPlaced', value: { ...order, placedAt: unit.now } }, { id: `http/orders/${order.orderId}`, trace });
      const after = { view: decision.view, version: (before?.version ?? 0) + 1 };
      orders.set(order.orderId, after);
      placed.set(order.orderId, after);
    }
    log.info(`order ${decision.answer.type}`, { orderId: order.orderId, source: order.source, lines: order.lines.length });
    const answer = { key, bodyDigest, answer: { ...decision.answer } };
    known.set(key, answer);
    answers.push(answer);
    return { type: 'answered', answer: answer.answer, replayed: false };
  });

  if (placed.size > 0) await views.save(unit.tx, [...placed.values()]);
  if (answers.length > 0) await keys.keep(unit.tx, answers, unit.now);
  return results;
};

interface Decision {
  readonly answer: { readonly type: 'accepted' | 'known' | 'different'; readonly order: Json };
  /** What the order looks like from now on; null when it stays as it is. */
  readonly view: OrderView | null;
}

function decide(view: OrderView, order: OrderDraft, now: Instant, digest: Digest): Decision {
  const before = itemOf(view);
  if (before) return { answer: { type: view.placement?.content === digest(contentOf(order)) ? 'known' : 'different', order: { ...before } }, view: null };
  // an empty id, so that the placement's own message, sent in the same instant, changes nothing
  const placement = placementOf({ ...order, placedAt: now }, { at: now, id: '' }, digest);
  const after: OrderView = { ...view, placement, heardAt: Math.max(view.heardAt, now) };
  const item = itemOf(after);
  return { answer: { type: 'accepted', order: item && { ...item } }, view: after };
}

const distinct = (all: readonly string[]): readonly string[] => [...new Set(all)];
