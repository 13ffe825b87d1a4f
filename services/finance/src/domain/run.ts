import { days, hours, type Duration, type Instant } from '@order-mesh/kernel';
import type { Look } from './difference.ts';

export const sides = ['erp', 'crm', 'mesh'] as const;
export type Side = typeof sides[number];

/** How far the statement of one book has come. */
export interface Reading {
  readonly pages: number;
  readonly isWhole: boolean;
}

/** One reconciliation: the books are read, compared, and read once more when something new does not agree. Plain data: it lives in a row. */
export interface Run {
  readonly runId: string;
  readonly requestedBy: string;
  /** The first moment of the orders that are compared. */
  readonly from: Instant;
  readonly startedAt: Instant;
  readonly look: 1 | 2;
  readonly lookBeganAt: Instant;
  /** `waiting`: for the moment of the second look. */
  readonly status: 'reading' | 'read' | 'waiting' | 'finished';
  readonly readings: Readonly<Record<Side, Reading>>;
}

const UNREAD: Run['readings'] = { erp: { pages: 0, isWhole: false }, crm: { pages: 0, isWhole: false }, mesh: { pages: 0, isWhole: false } };

export function startRun({ runId, requestedBy, days: count, now }: { readonly runId: string; readonly requestedBy: string; readonly days: number; readonly now: Instant }): Run {
  return { runId, requestedBy, from: daysBack(count, now), startedAt: now, look: 1, lookBeganAt: now, status: 'reading', readings: UNREAD };
}

/** The books are read once more: what the first look has seen counts only when it is still there. */
export function lookAgain(run: Run, now: Instant): Run {
  return { ...run, look: 2, lookBeganAt: now, status: 'reading', readings: UNREAD };
}

/** Takes one page in; undefined when it is not one that this run waits for. Pages of one book come in order. */
export function takePage(run: Run, { runId, look, side, page, isLast }: PageOf): Run | undefined {
  const { pages, isWhole } = run.readings[side];
  if (run.status !== 'reading' || run.runId !== runId || run.look !== look || isWhole || page !== pages + 1) return undefined;
  const readings = { ...run.readings, [side]: { pages: page, isWhole: isLast } };
  return { ...run, readings, status: sides.every((one) => readings[one].isWhole) ? 'read' : 'reading' };
}

export interface PageOf {
  readonly runId: string;
  readonly look: number;
  readonly side: Side;
  readonly page: number;
  readonly isLast: boolean;
}

export function lookOf({ runId, look, lookBeganAt: beganAt }: Run): Look {
  return { id: `${runId}/${look}`, runId, beganAt };
}

export function sideNamed(name: string): Side | undefined {
  return sides.find((side) => side === name);
}

/** The books whose statement is not whole yet. */
export function unread({ readings }: Run): readonly Side[] {
  return sides.filter((side) => !readings[side].isWhole);
}

// The ERP dates its documents by the day in Shanghai, so a period begins with one
function daysBack(count: number, now: Instant): Instant {
  const today = Math.floor((now + SHANGHAI) / days(1)) * days(1) - SHANGHAI;
  return today - days(Math.min(Math.max(1, count), MOST_DAYS) - 1);
}

const MOST_DAYS = 400;

const SHANGHAI: Duration = hours(8);
