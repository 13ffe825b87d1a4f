import type { CaseAssigned, CaseClosed, CaseDecided, CaseOpened, MessageOf } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import { utc } from './order-item.ts';
import { latest, sane, type Stamp } from './stamp.ts';

export const caseStatuses = ['open', 'retrying', 'closed'] as const;
export type CaseStatus = (typeof caseStatuses)[number];

/** What the events say about an order's case; mergeable like an order's view: of each kind the latest counts, later openings before earlier ones. */
export interface CaseView {
  readonly orderId: string;
  readonly opened: (Stamp & Omit<CaseOpened, 'orderId'>) | null;
  readonly assigned: (Stamp & Omit<CaseAssigned, 'orderId'>) | null;
  readonly decided: (Stamp & Omit<CaseDecided, 'orderId'>) | null;
  readonly closed: (Stamp & Omit<CaseClosed, 'orderId'>) | null;
}

export type CaseMessage = (MessageOf<'CaseOpened'> | MessageOf<'CaseAssigned'> | MessageOf<'CaseDecided'> | MessageOf<'CaseClosed'>) & Stamp;

export const unknownCase = (orderId: string): CaseView => ({ orderId, opened: null, assigned: null, decided: null, closed: null });

/** The case after one more event about it. Commutative, associative and idempotent over events. */
export function projectCase(view: CaseView, message: CaseMessage): CaseView {
  const stamp = { at: sane(message.at), id: message.id };
  switch (message.type) {
    case 'CaseOpened': {
      const { orderId: _, dueAt, ...opened } = message.value;
      return { ...view, opened: furthest(view.opened, { ...opened, ...stamp, dueAt: sane(dueAt) }) };
    }
    case 'CaseAssigned': {
      const { orderId: _, ...assigned } = message.value;
      return { ...view, assigned: latest(view.assigned, { ...assigned, ...stamp }) };
    }
    case 'CaseDecided': {
      const { orderId: _, ...decided } = message.value;
      return { ...view, decided: furthest(view.decided, { ...decided, ...stamp }) };
    }
    case 'CaseClosed': {
      const { orderId: _, ...closed } = message.value;
      return { ...view, closed: furthest(view.closed, { ...closed, ...stamp }) };
    }
  }
}

/** A retry may be refused in the same instant it was decided in: the number of the opening tells what came after what. */
function furthest<Register extends Stamp & { readonly opening: number }>(one: Register | null, other: Register): Register {
  if (one && one.opening !== other.opening) return one.opening > other.opening ? one : other;
  return latest(one, other);
}

export function caseStatusOf({ opened, decided, closed }: CaseView): CaseStatus {
  const opening = opened?.opening ?? 0;
  if (closed && closed.opening >= opening) return 'closed';
  return decided && decided.opening >= opening ? 'retrying' : 'open';
}

export const caseDecisions = ['retry-undo', 'undone-by-hand', 'accept'] as const;

/** A case as it is shown. */
export interface CaseItem {
  readonly orderId: string;
  readonly kind: string;
  readonly status: CaseStatus;
  readonly step: string;
  readonly reason: string;
  readonly detail: string;
  /** The role that has to act. */
  readonly owner: string;
  readonly assignee: string | null;
  readonly openedAt: string;
  readonly dueAt: string;
  readonly overdue: boolean;
  /** How often it has been opened: more than once where a retry failed again. */
  readonly openings: number;
  readonly decision: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly note: string | null;
  /** How the order ended, or why nothing is left to decide. */
  readonly outcome: string | null;
  readonly closedAt: string | null;
}

/** The case as it is shown; null while nobody has told why it was opened. */
export function caseItemOf(view: CaseView, now: Instant): CaseItem | null {
  const { opened, assigned, decided, orderId } = view;
  if (!opened) return null;
  const status = caseStatusOf(view);
  const closed = status === 'closed' ? view.closed : null;
  return {
    orderId, kind: opened.kind, status, step: opened.step, reason: opened.reason, detail: opened.detail, owner: opened.owner, assignee: assigned?.assignee ?? null,
    openedAt: utc(opened.at), dueAt: utc(opened.dueAt), overdue: status !== 'closed' && opened.dueAt < now, openings: opened.opening,
    decision: decided?.decision ?? null, decidedBy: decided?.decidedBy ?? null, decidedAt: decided ? utc(decided.at) : null, note: decided?.note ?? null,
    outcome: closed?.outcome ?? null, closedAt: closed ? utc(closed.at) : null,
  };
}
