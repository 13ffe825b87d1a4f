import type { DifferenceChanged, ReconciliationFinished, ReconciliationStarted } from '@order-mesh/contracts';
import { printable } from './mask.ts';
import { utc } from './order-item.ts';
import { sane } from './stamp.ts';

export const differenceStatuses = ['open', 'repairing', 'repaired', 'vanished', 'accepted'] as const;
export type DifferenceStatus = (typeof differenceStatuses)[number];

/** A reconciliation as it is shown. */
export interface RunItem {
  readonly runId: string;
  /** running, agrees, differs or failed. */
  readonly status: string;
  readonly requestedBy: string | null;
  readonly from: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly detail: string;
  readonly orders: number;
  readonly amountFen: string;
  readonly openDifferences: number;
}

/** A difference between the books as it is shown. */
export interface DifferenceItem {
  readonly differenceId: string;
  readonly orderId: string;
  readonly class: string;
  readonly status: string;
  readonly detail: string;
  readonly evidence: readonly { readonly book: string; readonly says: string; readonly amountFen: string | null }[];
  /** `automatic`: the mesh can do it when somebody says so; otherwise `says` tells a person what to do. */
  readonly repair: { readonly kind: string; readonly automatic: boolean; readonly says: string };
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly note: string | null;
}

/** The run after it was told that it began; an end that is known stays. */
export function runStarted(known: RunItem | undefined, { runId, from, requestedBy, startedAt }: ReconciliationStarted): RunItem {
  const begun = { requestedBy: printable(requestedBy), from: utc(sane(from)), startedAt: utc(sane(startedAt)) };
  return { runId, status: 'running', finishedAt: null, detail: '', orders: 0, amountFen: '0', openDifferences: 0, ...known, ...begun };
}

/** The run after it was told how it ended. */
export function runFinished(known: RunItem | undefined, { runId, outcome, detail, orders, amount, openDifferences, finishedAt }: ReconciliationFinished): RunItem {
  const begun = { requestedBy: known?.requestedBy ?? null, from: known?.from ?? null, startedAt: known?.startedAt ?? null };
  return { runId, ...begun, status: outcome, finishedAt: utc(sane(finishedAt)), detail: printable(detail), orders, amountFen: amount.toString(), openDifferences };
}

export function differenceItemOf(told: DifferenceChanged): DifferenceItem {
  const { differenceId, orderId, status, detail, evidence, repair, repairSays, firstSeenAt, lastSeenAt, decidedBy, decidedAt, note } = told;
  return {
    differenceId, orderId: printable(orderId), class: told.class, status, detail: printable(detail),
    evidence: evidence.map(({ book, says, amount }) => ({ book, says: printable(says), amountFen: amount?.toString() ?? null })),
    repair: { kind: repair, automatic: repair !== BY_HAND, says: printable(repairSays) },
    firstSeenAt: utc(sane(firstSeenAt)), lastSeenAt: utc(sane(lastSeenAt)),
    decidedBy, decidedAt: decidedAt === null ? null : utc(sane(decidedAt)), note,
  };
}

const BY_HAND = 'by-hand';
