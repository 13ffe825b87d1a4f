import type { Instant } from '@order-mesh/kernel';
import type { Card } from '../domain/card.ts';
import type { Routed } from '../domain/routing.ts';
import type { AlertBook, CallbackBook, CardBook } from '../usecases/ports.ts';

/** Cards in memory, as strict as the table: for tests. */
export function memoryCardBook(): CardBook {
  const cards = new Map<string, Card>();
  const found = (isWanted: (card: Card) => boolean): readonly Card[] => [...cards.values()].filter(isWanted).sort((one, other) => (one.approvalId < other.approvalId ? -1 : 1));
  const dueBy = (now: Instant): readonly Extract<Card, { readonly status: 'open' }>[] =>
    [...cards.values()].flatMap((card) => (card.status === 'open' && card.checkAt <= now ? [card] : [])).sort((one, other) => one.checkAt - other.checkAt);
  return {
    ofOrders: async (_tx, orderIds) => found(({ orderId }) => orderIds.includes(orderId)),
    ofTasks: async (_tx, approvalIds) => found(({ approvalId }) => approvalIds.includes(approvalId)),
    save: async (_tx, changed) => { for (const card of changed) cards.set(card.approvalId, card); },
    async takeDue(_tx, { now, nextAt, atMost }) {
      const due = dueBy(now).slice(0, atMost).map((card) => ({ ...card, checkAt: nextAt }));
      for (const card of due) cards.set(card.approvalId, card);
      return due;
    },
    anyDue: async (now) => dueBy(now).length > 0,
  };
}

/** Alerts in memory, as strict as the table: for tests. */
export function memoryAlertBook(): AlertBook {
  const alerts = new Map<string, Routed & { readonly toldAt: Instant | null }>();
  let lastLetter: bigint | null = null;
  const untold = (): readonly Routed[] => [...alerts.values()].flatMap(({ toldAt, ...alert }) => (toldAt === null ? [alert] : []))
    .sort((one, other) => one.at - other.at || (one.key < other.key ? -1 : 1));
  return {
    note: async (_tx, noted) => { for (const { record: _, ...alert } of noted) if (!alerts.has(alert.key)) alerts.set(alert.key, { ...alert, toldAt: alert.recipients.length === 0 ? alert.at : null }); },
    drop: async (_tx, keys) => { for (const key of keys) if (alerts.get(key)?.toldAt === null) alerts.delete(key); },
    async takeUntold(_tx, now, atMost) {
      const taken = untold().slice(0, atMost);
      for (const alert of taken) alerts.set(alert.key, { ...alert, toldAt: now });
      return taken;
    },
    anyUntold: async () => untold().length > 0,
    forget: async (_tx, toldBefore) => { for (const { key, toldAt } of [...alerts.values()]) if (toldAt !== null && toldAt < toldBefore) alerts.delete(key); },
    lastLetter: async () => lastLetter?.toString() ?? null,
    keepLastLetter: async (_tx, id) => { if (lastLetter === null || BigInt(id) > lastLetter) lastLetter = BigInt(id); },
  };
}

/** Callbacks in memory, as strict as the table: for tests. */
export function memoryCallbackBook(): CallbackBook {
  const heard = new Map<string, Instant>();
  return {
    async isFirst(_tx, stamp, now) {
      if (heard.has(stamp)) return false;
      heard.set(stamp, now);
      return true;
    },
    forget: async (_tx, heardBefore) => { for (const [stamp, at] of heard) if (at < heardBefore) heard.delete(stamp); },
  };
}
