import type { ChaosReport, RecoveryRow } from './report.ts';
import { happenedIn, markdown, notKept, otherProblemsIn, problemsOf, shownMoment, shownMs } from './table.ts';

/** What is kept of a run beside the one that is told whole. */
export type EarlierRun = Pick<ChaosReport, 'seed' | 'startedAt' | 'machine' | 'pace' | 'note' | 'orders' | 'lost' | 'doubled' | 'stuck' | 'problems' | 'faults' | 'resumption' | 'replay'>;

/** Leaves out the rest. */
export function earlierRun({ pace, note, seed, startedAt, machine, orders, lost, doubled, stuck, problems, faults, resumption, replay }: EarlierRun): EarlierRun {
  return { seed, startedAt, machine, ...(pace && { pace }), ...(note !== undefined && { note }), orders, lost, doubled, stuck, problems, faults, resumption, replay };
}

const HEAD = [
  'seed', 'commit', 'when', 'orders', 'faults', 'lost', 'doubled', 'stuck', 'effects of the replay', 'other broken promises',
  'service killed p99', 'broker killed p99', 'PostgreSQL restarted p99', 'fixed work before', 'processors busy',
];

/** A row for each run; nothing when there are none. */
export function earlierSection(title: string, runs: readonly EarlierRun[]): readonly string[] {
  if (runs.length === 0) return [];
  return [
    `## ${title}`,
    '',
    ...markdown(HEAD, runs.map(rowOf)),
    '',
    ...runs.flatMap(({ seed, note }) => (note === undefined ? [] : [`**Note on seed ${seed}:** ${note}`, ''])),
    ...runs.flatMap((run) => notKept(problemsOf(run), `Not kept with seed ${run.seed}`)),
  ];
}

function rowOf(run: EarlierRun): readonly string[] {
  const { seed, machine, startedAt, orders, lost, doubled, stuck, replay, resumption, pace } = run;
  const p99 = (kind: RecoveryRow['kind']): string => shownMs(resumption.find((row) => row.kind === kind)?.p99 ?? null);
  return [
    seed, `\`${machine.commit}\``, shownMoment(startedAt), orders.accepted, happenedIn(run), lost, doubled, stuck, replay.changed.length, otherProblemsIn(run),
    p99('service killed'), p99('broker killed'), p99('PostgreSQL restarted'), ...(pace ? [`${Math.round(pace.yardstickMs)} ms`, `${Math.round(pace.busy * 100)} %`] : ['', '']),
  ].map(String);
}
