import type { Pace } from '@order-mesh/embedded';
import type { ChaosReport, RecoveryRow } from './report.ts';

const heads = { race: 'credit race', poison: 'poison', partners: 'faulty partners', 'kill': 'services killed', 'broker-kill': 'broker killed', 'broker-outage': 'broker away for 60 s', postgres: 'PostgreSQL down', network: 'bad network', member: 'members joined and left', zombie: 'frozen and resumed', spike: 'spike', 'disk-full': 'disk full' } as const;
/** What a kind of fault is called in tables. */
export const faultTitles: Readonly<Record<keyof typeof heads, string>> = heads;

/** The one table of a run, for a screen. */
export function tableLines(report: ChaosReport): readonly string[] {
  const { orders, lost, doubled, stuck, seconds, pace } = report;
  return [
    `${report.tier}, seed ${report.seed}, commit ${report.machine.commit}: ${orders.accepted} orders, ${happenedIn(report)} faults, ${Math.round(seconds.all)} s${report.mutation === undefined ? '' : `, with the planted bug ${report.mutation}`}`,
    ...(pace ? [paceInWords(pace)] : []),
    '',
    ...aligned([['lost', 'doubled', 'stuck', 'other broken promises'], [String(lost), String(doubled), String(stuck), String(otherProblemsIn(report) + report.replay.changed.length)]]),
    '',
    ...aligned([['fault', 'planned', 'happened', 'goes on p50', 'p99', 'max', 'wanted p99', 'new order p50', 'p99'], ...report.faults.map((fault) => [
      faultTitles[fault.kind], String(fault.planned), String(fault.happened), ...rowCells(report, fault.kind)])]),
    ...report.faults.flatMap(({ kind, skipped }) => skipped.map((why) => `skipped: ${faultTitles[kind]}: ${why}`)),
    '',
    ...findingLines(report),
    ...[...report.problems, ...report.replay.changed].map((problem) => `BROKEN: ${problem}`),
  ];
}

/** How the machine was: two runs compare only as far as this does. */
export const paceInWords = ({ yardstickMs, busy }: Pace): string =>
  `one core took ${Math.round(yardstickMs)} ms for a fixed piece of work before the run; the processors were busy ${Math.round(busy * 100)} % of the time during it`;

function findingLines({ crashPoints, copies, amendments, rulesReleased, replay, poison, race, requests, resumption, ownEnds, verdicts, orders: { byStatus } }: ChaosReport): readonly string[] {
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
    ...resumption.flatMap(({ kind, slowest, max }) => (slowest === undefined || slowest === kind ? [] : [`slowest to go on after ${kind}: ${shownMs(max)} (${slowest})`])),
    ...ownEnds.map((end) => `ended by itself: ${end}`),
  ];
}

/** How a kind of fault was recovered from, one for each way it can happen: until messages were taken again, and until a new order was confirmed. */
export function recoveriesFor({ resumption, recovery }: ChaosReport, kind: ChaosReport['faults'][number]['kind']): readonly Recovered[] {
  const names: Partial<Record<typeof kind, readonly RecoveryRow['kind'][]>> = {
    'kill': ['service killed'], 'broker-kill': ['broker killed'], 'broker-outage': ['broker away for 60 s'], postgres: ['PostgreSQL restarted', 'PostgreSQL frozen'],
    network: ['network'], 'disk-full': ['disk full'],
  };
  return (names[kind] ?? []).map((name) => ({ name, goesOn: resumption.find((row) => row.kind === name), newOrder: recovery.find((row) => row.kind === name) }))
    .filter(({ goesOn, newOrder }) => goesOn ?? newOrder);
}

export interface Recovered {
  readonly name: RecoveryRow['kind'];
  readonly goesOn: RecoveryRow | undefined;
  readonly newOrder: RecoveryRow | undefined;
}

function rowCells(report: ChaosReport, kind: ChaosReport['faults'][number]['kind']): readonly string[] {
  const [{ goesOn, newOrder } = {}] = recoveriesFor(report, kind);
  const cells = (row: RecoveryRow | undefined, ...values: readonly (number | null | undefined)[]): readonly string[] => values.map((ms) => (row ? shownMs(ms ?? null) : ''));
  const wanted = goesOn?.target ?? null;
  return [...cells(goesOn, goesOn?.p50, goesOn?.p99, goesOn?.max), wanted === null ? '' : `< ${wanted / 1_000} s`, ...cells(newOrder, newOrder?.p50, newOrder?.p99)];
}

export const shownMs = (ms: number | null): string => (ms === null ? 'not measured' : `${(ms / 1_000).toFixed(1)} s`);

/** Rows of cells as lines of a screen. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd());
}

/** The same as lines of a page. */
export const markdown = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);

/** To the minute, in UTC. */
export const shownMoment = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

/** Every promise that was not kept, what the replay changed among them, in words. */
export const problemsOf = ({ problems, replay }: Pick<ChaosReport, 'problems' | 'replay'>): readonly string[] => [...problems, ...replay.changed.map((what) => `the replay changed ${what}`)];

/** The lines of a page about them; none when there are none. */
export const notKept = (problems: readonly string[], title = 'Not kept'): readonly string[] => (problems.length === 0 ? [] : [`**${title}:**`, '', ...problems.map((problem) => `- ${problem}`), '']);

/** How many of the faults of a run happened. */
export const happenedIn = ({ faults }: Pick<ChaosReport, 'faults'>): number => faults.reduce((sum, { happened }) => sum + happened, 0);

/** Broken promises beside lost, doubled and stuck orders, without those of the replay. */
export const otherProblemsIn = ({ problems, lost, doubled, stuck }: Pick<ChaosReport, 'problems' | 'lost' | 'doubled' | 'stuck'>): number => problems.length - lost - doubled - stuck;
