import type { Machine, Pace } from '@order-mesh/embedded';
import type { Outcome } from '../run.ts';
import { isClean } from '../run.ts';
import { faultKinds, faultsOf, type FaultKind } from '../plan/spec.ts';
import type { PoisonFinding, RaceFinding } from '../watch/findings.ts';
import type { Growth } from '../watch/growth.ts';
import { recoveryKinds, type Recovery, type RecoveryKind } from '../watch/recovery.ts';

export type Tier = 'T1' | 'T2';

/** What one run has shown, as it is kept and published. Durations in seconds, recoveries in milliseconds. */
export interface ChaosReport {
  readonly tier: Tier;
  readonly seed: number;
  readonly startedAt: string;
  readonly machine: Machine;
  /** Absent in reports of older builds. */
  readonly pace?: Pace;
  readonly versions: Readonly<Record<string, string>>;
  /** A bug that was planted for this run; a report with one is no promise. */
  readonly mutation?: string;
  readonly only?: readonly FaultKind[];
  /** What a reader must know about the circumstances, written by hand. */
  readonly note?: string;
  readonly good: boolean;
  readonly orders: { readonly submitted: number; readonly accepted: number; readonly byStatus: Readonly<Record<string, number>> };
  readonly lost: number;
  readonly doubled: number;
  readonly stuck: number;
  /** Of every invariant, as `mesh verify` gives it. */
  readonly verdicts: Outcome['verdicts'];
  /** Every broken promise in words; at most as many as can be read. */
  readonly problems: readonly string[];
  readonly faults: readonly FaultCount[];
  readonly crashPoints: { readonly reached: number; readonly missed: readonly string[] };
  /** Until messages were taken again. */
  readonly resumption: readonly RecoveryRow[];
  /** Until the first order submitted after the fault was confirmed. */
  readonly recovery: readonly RecoveryRow[];
  readonly requests: { readonly sent: number; readonly heldBack: number; readonly failed: number; readonly replayed: number };
  readonly copies: number;
  /** Orders placed again with other content; absent in reports of older builds. */
  readonly amendments?: number;
  /** How often the rules of credit control were changed meanwhile; absent in reports of older builds. */
  readonly rulesReleased?: number;
  readonly replay: { readonly messages: number; readonly changed: readonly string[] };
  readonly poison: PoisonFinding | null;
  readonly race: RaceFinding | null;
  /** Longest that an order took on its way to its end, faults included. */
  readonly leadTimeMs: { readonly p50: number | null; readonly p99: number | null };
  /** Processes that ended by themselves and were started again, in words. */
  readonly ownEnds: readonly string[];
  readonly growth: readonly Growth[];
  readonly seconds: Outcome['seconds'] & { readonly all: number };
}

export interface FaultCount {
  readonly kind: FaultKind;
  readonly planned: number;
  readonly happened: number;
  /** Why others were left out. */
  readonly skipped: readonly string[];
}

export interface RecoveryRow {
  readonly kind: RecoveryKind;
  readonly measured: number;
  /** Not measured: another fault that stops everything came in between, or nothing was left to show it. */
  readonly unmeasured: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
  /** What the slowest were about, with the time of each but the first. */
  readonly slowest?: string | undefined;
  /** What we want, in milliseconds; null where nothing is promised. */
  readonly target: number | null;
}

/** Within what time operators may expect messages to be taken again (p99). */
const targets: Partial<Record<RecoveryKind, number>> = { 'service killed': 10_000, 'broker killed': 30_000, 'PostgreSQL restarted': 5_000 };
const MOST_PROBLEMS = 40;
const SHOWN_SLOWEST = 3;

export interface Circumstances {
  readonly tier: Tier;
  readonly startedAt: Date;
  readonly machine: Machine;
  readonly pace: Pace;
  readonly versions: Readonly<Record<string, string>>;
  readonly mutation?: string | undefined;
  readonly only: readonly FaultKind[];
}

export function reportOf(outcome: Outcome, { tier, startedAt, machine, pace, versions, mutation, only }: Circumstances): ChaosReport {
  const { judgement: { lost, doubled, stuck, broken }, orders, desk, seconds } = outcome;
  const statuses = Object.entries(Object.groupBy(orders, ({ status }) => status ?? 'open')).map(([status, all]) => [status, all?.length ?? 0] as const);
  const leadTimes = orders.flatMap(({ submittedAt, endedAt }) => (endedAt === null ? [] : [endedAt - submittedAt]));
  return {
    tier, seed: outcome.plan.seed, startedAt: startedAt.toISOString(), machine, pace, versions, ...(mutation !== undefined && { mutation }), ...(only.length > 0 && { only }),
    good: isClean(outcome),
    orders: { submitted: orders.length, accepted: orders.filter(({ acceptedAt }) => acceptedAt !== null).length, byStatus: Object.fromEntries(statuses) },
    lost: lost.length, doubled: doubled.length, stuck: stuck.length,
    problems: [...lost, ...doubled, ...stuck, ...broken].slice(0, MOST_PROBLEMS),
    verdicts: outcome.verdicts, faults: faultCounts(outcome),
    crashPoints: { reached: outcome.crashPoints.reached.length, missed: outcome.crashPoints.missed },
    resumption: recoveryRows(outcome.resumptions, targets),
    recovery: recoveryRows(outcome.recoveries, {}),
    requests: { sent: desk.requests, heldBack: desk.heldBack, failed: desk.failed, replayed: desk.replayed },
    copies: outcome.copies, amendments: outcome.amendments, rulesReleased: outcome.rulesReleased, replay: outcome.replay, poison: outcome.poison, race: outcome.race,
    leadTimeMs: { p50: percentile(leadTimes, 0.5), p99: percentile(leadTimes, 0.99) },
    ownEnds: outcome.ownEnds.map(({ service, how, age }) => `${service} ${how} after ${Math.round(age / 1_000)} s`),
    growth: outcome.growth,
    seconds: { ...seconds, all: seconds.start + seconds.faults + seconds.end + seconds.replay },
  };
}

function faultCounts({ plan, happened }: Outcome): readonly FaultCount[] {
  const planned = faultsOf(plan);
  return faultKinds.map((kind) => ({
    kind,
    planned: planned.filter(({ fault }) => fault.kind === kind).length,
    happened: happened.filter(({ spec, evidence }) => spec.kind === kind && evidence !== null).length,
    skipped: happened.flatMap(({ spec, skipped }) => (spec.kind === kind && skipped !== undefined ? [skipped] : [])),
  })).filter((count) => count.planned > 0);
}

export function recoveryRows(recoveries: readonly Recovery[], wanted: typeof targets): readonly RecoveryRow[] {
  return recoveryKinds.flatMap((kind) => {
    const all = recoveries.filter((one) => one.kind === kind);
    const measured = all.flatMap(({ ms }) => (ms === null ? [] : [ms]));
    if (all.length === 0) return [];
    return [{
      kind, measured: measured.length, unmeasured: all.length - measured.length,
      p50: percentile(measured, 0.5), p99: percentile(measured, 0.99), max: percentile(measured, 1), slowest: slowestOf(all), target: wanted[kind] ?? null,
    }];
  });
}

function slowestOf(recoveries: readonly Recovery[]): string | undefined {
  const [first, ...others] = recoveries.flatMap(({ ms, about }) => (ms === null ? [] : [{ ms, about }])).sort((one, other) => other.ms - one.ms).slice(0, SHOWN_SLOWEST);
  return first && [first.about, ...others.map(({ ms, about }) => `${about} ${(ms / 1_000).toFixed(1)} s`)].join(', then ');
}

/** Nearest rank, in whole milliseconds. */
function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  const found = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  return found === undefined ? null : Math.round(found);
}
