import { askAt, isRefusal, search } from './http.ts';
import type { Session } from '../session/session.ts';

/** A reconciliation, as the gateway shows it. */
export interface Run {
  readonly runId: string;
  readonly status: 'running' | 'agrees' | 'differs' | 'failed';
  readonly requestedBy: string | null;
  readonly from: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly detail: string;
  readonly orders: number;
  readonly amountFen: string;
  readonly openDifferences: number;
}

/** A difference between the books, as the gateway shows it. */
export interface Difference {
  readonly differenceId: string;
  readonly orderId: string;
  readonly class: string;
  readonly status: 'open' | 'repairing' | 'repaired' | 'vanished' | 'accepted';
  readonly detail: string;
  readonly evidence: readonly { readonly book: string; readonly says: string; readonly amountFen: string | null }[];
  readonly repair: { readonly kind: string; readonly automatic: boolean; readonly says: string };
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly note: string | null;
}

export interface Reconciliation {
  readonly underWay: Run | null;
  readonly lastRun: Run | null;
  readonly differences: readonly Difference[];
  /** There are more differences than a person reads at once. */
  readonly isCut: boolean;
}

/** The reconciliation behind a gateway. Everything rejects with NOT_RUNNING when nobody answers there, BAD_REQUEST when it says no. */
export interface ReconciliationDesk {
  /** How things stand, with all differences that wait, up to `MOST_DIFFERENCES`. */
  show(): Promise<Reconciliation>;
  /** The run under way; null while there is none. */
  underWay(): Promise<Run | null>;
  /** Resolves with the number of the run; null when another one is under way. */
  start(days?: number): Promise<string | null>;
  /** Rejects with BAD_REQUEST until the gateway has heard of it. */
  run(runId: string): Promise<Run>;
  repair(differenceId: string, dryRun: boolean): Promise<Difference>;
  accept(differenceId: string, reason: string): Promise<Difference>;
}

/** A person reads no more of them at once. */
const MOST_DIFFERENCES = 2_000;

export function openReconciliation(url: string, session: Session): ReconciliationDesk {
  const ask = askAt(url, session);
  const at = (differenceId: string): string => `/v1/reconciliation/differences/${encodeURIComponent(differenceId)}`;
  return {
    async show() {
      let page = await ask<Page>('GET', `/v1/reconciliation${search({ limit: 200 })}`);
      const { underWay, lastRun } = page;
      const differences = [...page.differences];
      while (page.nextCursor !== null && differences.length < MOST_DIFFERENCES) {
        page = await ask<Page>('GET', `/v1/reconciliation${search({ limit: 200, cursor: page.nextCursor })}`);
        differences.push(...page.differences);
      }
      return { underWay, lastRun, differences, isCut: page.nextCursor !== null };
    },
    underWay: async () => (await ask<Page>('GET', `/v1/reconciliation${search({ limit: 1 })}`)).underWay,
    async start(days) {
      try {
        return (await ask<{ readonly runId: string }>('POST', '/v1/reconciliation/runs', { ...(days && { days }) }, 'requestedBy')).runId;
      } catch (error) {
        if (isRefusal(error, 'run-under-way')) return null;
        throw error;
      }
    },
    run: (runId) => ask<Run>('GET', `/v1/reconciliation/runs/${encodeURIComponent(runId)}`),
    repair: async (differenceId, dryRun) => (await ask<{ readonly difference: Difference }>('POST', `${at(differenceId)}/repair`, { dryRun }, 'by')).difference,
    accept: (differenceId, reason) => ask<Difference>('POST', `${at(differenceId)}/accept`, { reason }, 'by'),
  };
}

interface Page extends Omit<Reconciliation, 'isCut'> {
  readonly nextCursor: string | null;
}
