import type { ChaosReport, RecoveryRow } from './report.ts';
import { markdown, shownMs } from './table.ts';

/** What is kept of a run beside the one that is told whole. */
export type EarlierRun = Pick<ChaosReport, 'seed' | 'startedAt' | 'machine' | 'pace' | 'orders' | 'lost' | 'doubled' | 'stuck' | 'problems' | 'faults' | 'resumption' | 'replay'>;

/** Leaves out the rest. */
export function earlierRun({ pace, seed, startedAt, machine, orders, lost, doubled, stuck, problems, faults, resumption, replay }: EarlierRun): EarlierRun {
  return { seed, startedAt, machine, ...(pace && { pace }), orders, lost, doubled, stuck, problems, faults, resumption, replay };
}

/** A row for each run; nothing when there are none. */
export function earlierSection(title: string, runs: readonly EarlierRun[]): readonly string[] {
  if (runs.length === 0) return [];
  return [
    `## ${title}`,
    '',
    ...markdown(['seed', 'commit', 'when', 'orders', 'faults', 'lost', 'doubled', 'stuck', 'effects of the replay', 'other broken promises', 'service killed p99', 'broker killed p99', 'PostgreSQL restarted p99'], runs.map(rowOf)),
    '',
    ...runs.flatMap((run) => broken(run, `Not kept with seed ${run.seed}:`)),
  ];
}

function rowOf({ seed, machine, startedAt, orders, faults, lost, doubled, stuck, replay, problems, resumption }: EarlierRun): readonly string[] {
  const p99 = (kind: RecoveryRow['kind']): string => shownMs(resumption.find((row) => row.kind === kind)?.p99 ?? null);
  return [
    seed, `\`${machine.commit}\``, startedAt.slice(0, 16).replace('T', ' '), orders.accepted, faults.reduce((sum, { happened }) => sum + happened, 0), lost, doubled, stuck,
    replay.changed.length, problems.length - lost - doubled - stuck, p99('service killed'), p99('broker killed'), p99('PostgreSQL restarted'),
  ].map(String);
}

/** Every promise that was not kept, in words. */
export function broken({ problems, replay }: Pick<ChaosReport, 'problems' | 'replay'>, title = 'Not kept:'): readonly string[] {
  const all = [...problems, ...replay.changed.map((what) => `the replay changed ${what}`)];
  return all.length === 0 ? [] : [`**${title}**`, '', ...all.map((problem) => `- ${problem}`), ''];
}
