import { digest, type Unit } from '@order-mesh/messaging';
import { silentLog } from '@order-mesh/platform';
import { approvalStatusOf, type ApprovalView } from '../domain/approval-view.ts';
import { statusOf } from '../domain/order-item.ts';
import { goodsOf, withoutGoods } from '../domain/order-view.ts';
import type { Entry } from '../domain/timeline.ts';
import type { KeptOrder, ViewBook } from '../usecases/ports.ts';
import { projectMessages, type AboutOrder } from '../usecases/project-messages.ts';
import { memoryCaseViews } from './memory-books.ts';
import { sha256 } from './sha256.ts';
import { approvalToJson, column, goodsToJson, viewToJson } from './view-json.ts';

/** What the tables say about one order, as short texts that are equal when the rows are. */
export interface ViewDigest {
  readonly order: string;
  /** Lines and place of delivery; empty where there are none. */
  readonly goods: string;
  readonly approvals: string;
  /** What finance recorded; empty where it did not. */
  readonly recorded: string;
  readonly timeline: TimelineDigest;
}

export interface TimelineDigest {
  readonly messages: number;
  readonly high: number;
  readonly low: number;
}

/** The gateway's views, rebuilt from nothing but messages by the very projection that keeps the tables. */
export interface RebuiltViews {
  /** Each message once. */
  hear(batch: readonly AboutOrder[]): Promise<void>;
  /** Undefined for an order nobody has spoken of. */
  digestOf(orderId: string): ViewDigest | undefined;
  readonly orders: Iterable<string>;
}

interface Kept {
  order: KeptOrder;
  goods: string;
  recorded: string;
  /** Few orders have any. */
  approvals: readonly ApprovalView[];
  timeline: TimelineDigest;
}

/** Begins with nothing heard. Keeps about a kilobyte an order: of goods and timelines it only remembers digests. */
export function rebuildViews(): RebuiltViews {
  const kept = new Map<string, Kept>();
  const project = projectMessages({ views: digestBook(kept), cases: memoryCaseViews(), digest: sha256, log: silentLog });
  const unit: Unit = { tx: { kind: 'rebuild' }, now: 0, send: () => {}, afterCommit: () => {} };
  return {
    hear: async (batch) => { await project(batch, unit); },
    digestOf(orderId) {
      const one = kept.get(orderId);
      if (!one) return undefined;
      const { view } = one.order;
      return {
        order: orderText(statusOf(view), viewToJson(view)), goods: one.goods, recorded: one.recorded, timeline: one.timeline,
        approvals: approvalsText(one.approvals.map((task) => ({ status: approvalStatusOf(task), state: approvalToJson(task) }))),
      };
    },
    get orders() { return kept.keys(); },
  };
}

function digestBook(kept: Map<string, Kept>): ViewBook {
  return {
    load: async (_, orderIds) => new Map(orderIds.flatMap((id) => {
      const known = kept.get(id);
      return known ? [[id, known.order] as const] : [];
    })),
    async save(_, orders) {
      for (const { view, version } of orders) {
        const known = kept.get(view.orderId);
        const goods = goodsToJson(goodsOf(view));
        const order = { view: withoutGoods(view), version };
        if (known) Object.assign(known, { order, ...(goods !== null && { goods: canonical(JSON.parse(goods)) }) });
        else kept.set(view.orderId, { order, goods: goods === null ? '' : canonical(JSON.parse(goods)), recorded: '', approvals: [], timeline: NOTHING });
      }
    },
    loadApprovals: async (_, orderIds) => orderIds.flatMap((id) => kept.get(id)?.approvals ?? []),
    async saveApprovals(_, tasks) {
      for (const task of tasks) {
        const known = kept.get(task.orderId);
        if (known) known.approvals = [...known.approvals.filter(({ approvalId }) => approvalId !== task.approvalId), task];
      }
    },
    findApprovals: async () => new Map(),
    async note(_, entries) {
      for (const entry of entries) {
        const known = kept.get(entry.orderId);
        if (known) known.timeline = withEntry(known.timeline, entry);
      }
    },
    async record(_, orders) {
      for (const order of orders) {
        const known = kept.get(order.orderId);
        if (known?.recorded === '') known.recorded = recordedText(JSON.stringify(order, bigIntAsText));
      }
    },
  };
}

/** The rows of one order, as they stand in the tables. */
export interface ViewRows {
  readonly status: string;
  readonly state: string;
  readonly goods: string | null;
  readonly approvals: readonly { readonly status: string; readonly state: string }[];
  /** What finance recorded, as JSON of an OrderRecorded with its amounts as text. */
  readonly recorded: string | null;
  /** The entries of each page, as JSON. */
  readonly pages: readonly string[];
}

/** The same digest, of rows that were read. */
export function digestOfRows({ status, state, goods, approvals, recorded, pages }: ViewRows): ViewDigest {
  // a message that was published twice may stand in two pages
  const entries = new Map(pages.flatMap((page): readonly Entry[] => JSON.parse(page)).map((entry) => [entry.id, entry]));
  return {
    order: orderText(status, state), goods: goods === null ? '' : canonical(JSON.parse(goods)), approvals: approvalsText(approvals),
    recorded: recorded === null ? '' : recordedText(recorded), timeline: [...entries.values()].reduce(withEntry, NOTHING),
  };
}

/** The timeline with one more message: it does not matter in which order they come. */
function withEntry({ messages, high, low }: TimelineDigest, entry: Omit<Entry, 'orderId'>): TimelineDigest {
  const { id, at, type, summary, value } = entry;
  const [one = 0, other = 0] = canonical({ id, at, type, summary, value }).split('-').map(Number);
  return { messages: messages + 1, high: (high ^ one) >>> 0, low: (low ^ other) >>> 0 };
}

const NOTHING: TimelineDigest = { messages: 0, high: 0, low: 0 };

// the front door shows an order before its own message is heard: the message's name is not in the row then
const orderText = (status: string, state: string): string => `${status} ${canonical(JSON.parse(state), (name, value) => (name === 'placement' ? { ...Object(value), id: '' } : value))}`;

const approvalsText = (tasks: readonly { readonly status: string; readonly state: string }[]): string =>
  tasks.map(({ status, state }) => `${status} ${canonical(JSON.parse(state))}`).sort().join(' ');

const recordedText = (json: string): string => canonical(JSON.parse(json), (_, value) => (typeof value === 'string' ? column(value) : value));

const bigIntAsText = (_name: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

/**
 * A short name for a value, whatever the order of its fields: those of an object are added up, which costs a fraction of sorting them. A field that says nothing is as one that is not there: what an older build
 * wrote down lacks the fields that messages have had since, and read again they have their defaults.
 */
function canonical(value: unknown, adjust: Adjust = (_, same) => same): string {
  if (typeof value !== 'object' || value === null) return `${typeof value} ${String(value)}`;
  if (Array.isArray(value)) return digest(value.map((item) => canonical(item, adjust)).join('|')).join('-');
  let [high, low] = [0, 0];
  for (const name in value) {
    const field = adjust(name, Reflect.get(value, name));
    if (saysNothing(field)) continue;
    const [one, other] = digest(`${name}=${canonical(field, adjust)}`);
    high = (high + one) >>> 0;
    low = (low + other) >>> 0;
  }
  return `${high}-${low}`;
}

const saysNothing = (field: unknown): boolean => field === null || field === '' || field === 0 || field === '0' || field === false || (Array.isArray(field) && field.length === 0);

type Adjust = (name: string, value: unknown) => unknown;
