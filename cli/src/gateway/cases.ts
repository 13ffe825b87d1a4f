import type { Page } from './gateway.ts';
import { askAt, search } from './http.ts';
import type { TimelineItem } from './order.ts';
import type { Session } from '../session/session.ts';

export const caseStatuses = ['open', 'retrying', 'closed'] as const;
export type CaseStatus = (typeof caseStatuses)[number];

export const caseDecisions = ['retry-undo', 'undone-by-hand', 'accept'] as const;
export type CaseDecision = (typeof caseDecisions)[number];

/** An order that needs a person, as the gateway shows it. */
export interface Case {
  readonly orderId: string;
  readonly kind: string;
  readonly status: CaseStatus;
  readonly step: string;
  readonly reason: string;
  readonly detail: string;
  readonly owner: string;
  readonly assignee: string | null;
  readonly openedAt: string;
  readonly dueAt: string;
  readonly overdue: boolean;
  readonly openings: number;
  readonly decision: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly note: string | null;
  readonly outcome: string | null;
  readonly closedAt: string | null;
}

export interface CaseStory extends Case {
  readonly timeline: readonly TimelineItem[];
}

export interface CaseQuery {
  readonly status?: CaseStatus;
  readonly overdue?: true;
  readonly owner?: string;
  readonly assignee?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

/** The cases behind a gateway. Everything rejects with NOT_RUNNING when nobody answers there, BAD_REQUEST when it says no. */
export interface CaseDesk {
  /** Most urgent first. */
  list(query: CaseQuery): Promise<Page<Case>>;
  show(orderId: string): Promise<CaseStory>;
  assign(orderId: string, assignee: string): Promise<Case>;
  /** Carries the decision there; `show` tells what follows. */
  resolve(orderId: string, decision: CaseDecision, reason: string): Promise<Case>;
}

export function openCaseDesk(url: string, session: Session): CaseDesk {
  const ask = askAt(url, session);
  const at = (orderId: string): string => `/v1/cases/${encodeURIComponent(orderId)}`;
  return {
    list: (query) => ask<Page<Case>>('GET', `/v1/cases${search(query)}`),
    show: (orderId) => ask<CaseStory>('GET', at(orderId)),
    assign: (orderId, assignee) => ask<Case>('POST', `${at(orderId)}/assign`, { assignee }, 'assignedBy'),
    resolve: (orderId, decision, reason) => ask<Case>('POST', `${at(orderId)}/resolve`, { decision, reason }, 'decidedBy'),
  };
}
