import { hours, minutes, seconds, type Clock, type Instant } from '@order-mesh/kernel';
import type { Policy } from '@order-mesh/contracts';
import { announce, type Announcement } from '../domain/announce.ts';
import { newestOf, toRead } from '../domain/change.ts';
import type { CrmOrder } from '../domain/crm-order.ts';
import { causeOf, logAnnounced, sealed } from './announcing.ts';
import type { Contacts, CrmOrders, Fed, Log, Position, Positions, Submit, ToldOrders } from './ports.ts';

export interface TakeChangesPorts {
  readonly orders: CrmOrders;
  readonly positions: Positions;
  readonly told: ToldOrders;
  readonly contacts: Contacts;
  readonly submit: Submit;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly log: Log;
  /** The name under which the mesh writes to the CRM. */
  readonly ownClient: string;
}

export interface Intake {
  /** Tells the mesh what the changes mean; the position moves in the same transaction, so a crash repeats and never skips. */
  take(fed: Extract<Fed, { readonly type: 'changes' }>): Promise<void>;
  /** Finds by reading what can no longer be heard, then starts over with the oldest change there is. */
  recover(): Promise<void>;
}

/** Opens an intake that goes on from `position`. */
export function openIntake(ports: TakeChangesPorts, position: Position): Intake {
  const { positions, submit, clock, log, orders, ownClient } = ports;
  let current = position;
  let savedAt = clock.now();
  const moveTo = async (next: Position, announcements: readonly Telling[]): Promise<void> => {
    const isWorthSaving = announcements.length > 0 || clock.now() - savedAt >= LONGEST_UNSAVED;
    if (isWorthSaving) await tell(ports, announcements, (tx) => positions.save(tx, next));
    if (isWorthSaving) savedAt = clock.now();
    current = next;
  };
  return {
    async take({ changes, replayId }) {
      const { orderIds, catchUp } = toRead(changes, ownClient);
      if (catchUp) await readSince(ports, overlapping(current.changedAt, clock));
      const found = orderIds.length > 0 ? await orders.read(orderIds) : [];
      await moveTo({ replayId, changedAt: newestOf(changes) ?? current.changedAt }, announced(ports, found));
    },
    async recover() {
      const since = overlapping(current.changedAt, clock);
      log.error('the CRM no longer has the changes after our position: reading all orders changed since', { since: new Date(since).toISOString() });
      await readSince(ports, since);
      current = { replayId: null, changedAt: current.changedAt };
      await submit((unit) => positions.save(unit.tx, current));
    },
  };
}

// Changes that mean nothing to us move the position at most this late; a restart hears them again
const LONGEST_UNSAVED = seconds(5);
const OVERLAP = minutes(10);
const RETENTION = hours(72);
const MOST_AT_ONCE = 200;

function overlapping(changedAt: Instant | null, clock: Clock): Instant {
  return (changedAt ?? clock.now() - RETENTION) - OVERLAP;
}

async function readSince(ports: TakeChangesPorts, since: Instant): Promise<void> {
  let told = 0;
  for await (const page of ports.orders.changedSince(since)) {
    const announcements = announced(ports, page);
    await tell(ports, announcements);
    told += announcements.length;
  }
  ports.log.warn('caught up by reading orders', { told });
}

/** What is told of an order, and which state of it that is about. */
interface Telling {
  readonly announcement: Announcement;
  readonly changedAt: Instant;
}

function announced({ policy }: TakeChangesPorts, orders: readonly CrmOrder[]): readonly Telling[] {
  return orders.flatMap((order) => {
    const announcement = announce(order, policy.order);
    return announcement ? [{ announcement, changedAt: order.changedAt }] : [];
  });
}

type Transaction = Parameters<Positions['save']>[0];

async function tell({ submit, told, contacts, log }: TakeChangesPorts, announcements: readonly Telling[], last?: (tx: Transaction) => Promise<void>): Promise<void> {
  const parts = Math.max(1, Math.ceil(announcements.length / MOST_AT_ONCE));
  for (let part = 0; part < parts; part += 1) {
    const now = announcements.slice(part * MOST_AT_ONCE, (part + 1) * MOST_AT_ONCE);
    if (now.length === 0 && !last) return;
    await submit(async (unit) => {
      const messages = await sealed(contacts, unit.tx, now.map(({ announcement }) => announcement));
      for (const [index, message] of messages.entries()) unit.send(message, causeOf(message, now[index]?.changedAt));
      if (now.length > 0) await told.note(unit.tx, now.map(({ announcement: { value } }) => value.orderId));
      if (part === parts - 1) await last?.(unit.tx);
    });
    for (const { announcement } of now) logAnnounced(log, announcement);
  }
}
