import type { OrderRecorded } from '@order-mesh/contracts';
import { MeshError, pick } from '@order-mesh/kernel';
import type { ApprovalView } from '../domain/approval-view.ts';
import type { CaseView } from '../domain/case-view.ts';
import type { OrderView } from '../domain/order-view.ts';
import type { Entry } from '../domain/timeline.ts';
import type { CaseViews, KeptAnswer, KeptOrder, KeyBook, ViewBook } from '../usecases/ports.ts';
import { approvalFromJson, approvalToJson, viewFromJson, viewToJson } from './view-json.ts';

export interface MemoryViews extends ViewBook {
  readonly orders: ReadonlyMap<string, OrderView>;
  readonly approvals: ReadonlyMap<string, ApprovalView>;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly recorded: ReadonlyMap<string, OrderRecorded>;
}

/** Keeps views in memory under the same rules as PostgreSQL: for unit tests and simulation. */
export function memoryViewBook(): MemoryViews {
  const kept = new Map<string, KeptOrder>();
  const approvals = new Map<string, ApprovalView>();
  const entries = new Map<string, Entry>();
  const recorded = new Map<string, OrderRecorded>();
  return {
    get orders() { return new Map([...kept].map(([id, { view }]) => [id, view])); },
    approvals, entries, recorded,
    load: (_, orderIds) => Promise.resolve(new Map(orderIds.flatMap((id) => {
      const row = kept.get(id);
      return row ? [[id, { view: viewFromJson(viewToJson(row.view)), version: row.version }] as const] : [];
    }))),
    save: (_, orders) => {
      const moved = orders.some(({ view, version }) => (kept.get(view.orderId)?.version ?? 0) !== version - 1);
      if (moved) return Promise.reject(new MeshError('OFFSET_MOVED', { advice: 'read from an old version' }));
      for (const order of orders) kept.set(order.view.orderId, withGoods(order, kept.get(order.view.orderId)));
      return Promise.resolve();
    },
    loadApprovals: (_, orderIds) => Promise.resolve([...approvals.values()].filter(({ orderId }) => orderIds.includes(orderId)).map((one) => approvalFromJson(approvalToJson(one)))),
    saveApprovals: (_, tasks) => Promise.resolve(tasks.forEach((task) => approvals.set(task.approvalId, task))),
    findApprovals: (_, approvalIds) => Promise.resolve(pick(approvals, approvalIds)),
    note: (_, heard) => Promise.resolve(heard.forEach((entry) => putNew(entries, `${entry.orderId}/${entry.id}`, entry))),
    record: (_, orders) => Promise.resolve(orders.forEach((order) => putNew(recorded, order.orderId, order))),
  };
}

/** Keeps the views of cases in memory. */
export function memoryCaseViews(): CaseViews {
  const kept = new Map<string, CaseView>();
  return {
    load: (_, orderIds) => Promise.resolve([...kept.values()].filter(({ orderId }) => orderIds.includes(orderId))),
    save: (_, cases) => Promise.resolve(cases.forEach((view) => kept.set(view.orderId, view))),
  };
}

/** Keeps answers in memory under the same rules as PostgreSQL. */
export function memoryKeyBook(): KeyBook {
  const kept = new Map<string, KeptAnswer & { readonly at: number }>();
  return {
    take: (_, keys) => Promise.resolve(new Map(keys.flatMap((key) => {
      const answer = kept.get(key);
      return answer ? [[key, { key, bodyDigest: answer.bodyDigest, answer: answer.answer }] as const] : [];
    }))),
    keep: (_, answers, now) => {
      if (answers.some(({ key }) => kept.has(key))) return Promise.reject(new MeshError('OFFSET_MOVED', { advice: 'a key was used before' }));
      for (const answer of answers) kept.set(answer.key, { ...answer, at: now });
      return Promise.resolve();
    },
    replace: (_, answer) => {
      const before = kept.get(answer.key);
      if (before) kept.set(answer.key, { ...answer, at: before.at });
      return Promise.resolve();
    },
    forget: (_, before, atMost) => {
      const old = [...kept.values()].filter(({ at }) => at < before).sort((one, other) => one.at - other.at).slice(0, atMost);
      for (const { key } of old) kept.delete(key);
      return Promise.resolve(old.length);
    },
  };
}

function withGoods({ view, version }: KeptOrder, before: KeptOrder | undefined): KeptOrder {
  const { placement, amendment, ...rest } = view;
  const known = before?.view;
  return {
    view: {
      ...rest, placement: placement && { ...placement, goods: placement.goods ?? known?.placement?.goods ?? null },
      ...(amendment && { amendment: { ...amendment, goods: amendment.goods ?? known?.amendment?.goods ?? null } }),
    },
    version,
  };
}

function putNew<Value>(map: Map<string, Value>, key: string, value: Value): void {
  if (!map.has(key)) map.set(key, value);
}
