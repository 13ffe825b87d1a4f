import type { ChaosReport, RecoveryRow } from './report.ts';

const heads = { race: 'credit race', poison: 'poison', partners: 'faulty partners', 'kill': 'services killed', 'broker-kill': 'broker killed', 'broker-outage': 'broker away for 60 s', postgres: 'PostgreSQL down', network: 'bad network', member: 'members joined and left', zombie: 'frozen and resumed', spike: 'spike', 'disk-full': 'disk full' } as const;
/** What a kind of fault is called in tables. */
export const faultTitles: Readonly<Record<keyof typeof heads, string>> = heads;

/** The one table of a run, for a screen. */
export function tableLines(report: ChaosReport): readonly string[] {
  const { orders, lost, doubled, stuck, seconds } = report;
  return [
    `${report.tier}, seed ${report.seed}, commit ${report.machine.commit}: ${orders.accepted} orders, ${report.faults.reduce((sum, { happened }) => sum + happened, 0)} faults, ${Math.round(seconds.all)} s${report.mutation === undefined ? '' : `, with the planted bug ${report.mutation}`}`,
    '',
    ...aligned([['lost', 'doubled', 'stuck', 'other broken promises'], [String(lost), String(doubled), String(stuck), String(report.problems.length - lost - doubled - stuck + report.replay.changed.length)]]),
    '',
    ...aligned([['fault', 'planned', 'happened', 'recovered p50', 'p99', 'max', 'wanted p99'], ...report.faults.map((fault) => [
      faultTitles[fault.kind], String(fault.planned), String(fault.happened), ...recoveryCells(recoveryFor(report, fault.kind))])]),
    ...report.faults.flatMap(({ kind, skipped }) => skipped.map((why) => `skipped: ${faultTitles[kind]}: ${why}`)),
    '',
    ...findingLines(report),
    ...[...report.problems, ...report.replay.changed].map((problem) => `BROKEN: ${problem}`),
  ];
}

function findingLines({ crashPoints, copies, amendments, rulesReleased, replay, poison, race, requests, recovery, ownEnds, verdicts, orders: { byStatus } }: ChaosReport): readonly string[] {
  return [
    `invariants: ${verdicts.map(({ id, status }) => `${id} ${status}`).join(', ')}`,
    `orders ended: ${Object.entries(byStatus).map(([status, count]) => `${count} ${status}`).join(', ')}`,
    ...(crashPoints.reached + crashPoints.missed.length > 0 ? [`crash points reached: ${crashPoints.reached}${crashPoints.missed.length > 0 ? `, missed: ${crashPoints.missed.join(', ')}` : ''}`] : []),
    ...(amendments === undefined ? [] : [`${amendments} orders placed again with other content`]),
    ...(rulesReleased === undefined ? [] : [`rules changed ${rulesReleased} times meanwhile`]),
    `${copies} messages delivered twice; ${replay.messages} replayed from the first on: ${replay.changed.length} effects`,
    `${requests.sent} requests, ${requests.heldBack} held back, ${requests.failed} unanswered, ${requests.replayed} repeated and answered alike`,
    ...(race ? [`${race.orders} orders at once for a limit that fits ${race.fits}: ${race.held} held`] : []),
    ...(poison ? [`${poison.sent} poisonous messages: ${poison.deadLetters} dead letters; slowest good order meanwhile ${shownMs(poison.slowestGoodMs)}, ${shownMs(poison.delayMs)} longer than before`] : []),
    ...recovery.flatMap(({ kind, slowest, max }) => (slowest === undefined || slowest === kind ? [] : [`slowest after ${kind}: ${slowest}, ${shownMs(max)}`])),
    ...ownEnds.map((end) => `ended by itself: ${end}`),
  ];
}

/** The recovery that belongs to a kind of fault. */
export function recoveryFor({ recovery }: ChaosReport, kind: ChaosReport['faults'][number]['kind']): readonly RecoveryRow[] {
  const names: Partial<Record<typeof kind, readonly string[]>> = {
    'kill': ['service killed'], 'broker-kill': ['broker killed'], 'broker-outage': ['broker away for 60 s'], postgres: ['PostgreSQL restarted', 'PostgreSQL frozen'],
    network: ['network'], 'disk-full': ['disk full'], zombie: ['frozen service'],
  };
  return recovery.filter((row) => names[kind]?.includes(row.kind));
}

function recoveryCells(rows: readonly RecoveryRow[]): readonly string[] {
  const [row] = rows;
  if (!row) return ['', '', '', ''];
  return [shownMs(row.p50), shownMs(row.p99), shownMs(row.max), row.target === null ? '' : `< ${row.target / 1_000} s`];
}

export const shownMs = (ms: number | null): string => (ms === null ? 'not measured' : `${(ms / 1_000).toFixed(1)} s`);

/** Rows of cells as lines of a screen. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd());
}
