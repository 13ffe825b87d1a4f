import type { Machine } from '@order-mesh/embedded';
import { aligned, markdown } from '../report/table.ts';
import type { Operated } from './run.ts';

/** A run, as it is told. */
export interface OperateReport {
  readonly startedAt: string;
  readonly machine: Machine;
  readonly minutes: number;
  readonly factor: number;
  readonly good: boolean;
  readonly alerts: readonly AlertRow[];
  readonly panels: Operated['panels'];
  readonly load: Operated['load'];
  readonly problems: readonly string[];
}

/** Seconds: pending and firing since it was caused, at rest since that was made good; null where it never was. */
export interface AlertRow {
  readonly alert: string;
  readonly severity: string;
  readonly condition: string;
  readonly holdsFor: number;
  readonly pending: number | null;
  readonly fired: number | null;
  readonly resolved: number | null;
  /** When it fired without being caused, in seconds since the run began. */
  readonly uncalledFor: readonly number[];
}

export function reportOf({ alerts, panels, load, problems, startedAt, tookMs }: Operated, { factor, machine }: Pick<OperateReport, 'factor' | 'machine'>): OperateReport {
  const rows = alerts.map(({ id, severity, condition, holdsForSeconds, causedAt, healedAt, pendingAt, firedAt, resolvedAt, uncalledFor }): AlertRow => ({
    alert: id, severity, condition, holdsFor: holdsForSeconds, pending: between(causedAt, pendingAt), fired: between(causedAt, firedAt), resolved: between(healedAt, resolvedAt),
    uncalledFor: uncalledFor.flatMap((at) => between(startedAt, at) ?? []),
  }));
  const isGood = rows.every(({ fired, resolved }) => fired !== null && resolved !== null) && panels.every(({ empty }) => empty.length === 0) && problems.length === 0;
  return { startedAt: new Date(startedAt).toISOString(), machine, minutes: Math.round(tookMs / 6_000) / 10, factor, good: isGood, alerts: rows, panels, load, problems };
}

const between = (from: number | null, to: number | null): number | null => (from === null || to === null ? null : Math.max(0, Math.round((to - from) / 100) / 10));

const shown = (value: number | null): string => (value === null ? 'NEVER' : `${value} s`);

/** What a run has shown, for a screen. */
export function reportLines(report: OperateReport): readonly string[] {
  const { alerts, panels, load, problems, factor, minutes, machine } = report;
  return [
    `commit ${machine.commit}: ${minutes} minutes, ${load.orders} orders, rules changed ${load.rulesReleased} times`,
    `time in the rules goes ${factor} times as fast (for, windows, intervals); their expressions and limits are those of deploy/prometheus; people are late after seconds by the policy of this run`,
    '',
    ...aligned([
      ['alert', 'severity', 'holds for', 'pending after', 'fired after', 'resolved after', 'condition caused'],
      ...alerts.map(({ alert, severity, holdsFor, pending, fired, resolved, condition }) => [alert, severity, `${holdsFor} s`, shown(pending), shown(fired), shown(resolved), condition]),
    ]),
    '',
    ...(panels.length === 0 ? ['panels are asked when all alerts are caused'] : aligned([
      ['dashboard', 'panel', 'data', 'series'], ...panels.map(({ dashboard, panel, series, empty }) => [dashboard, panel, empty.length === 0 ? 'yes' : 'NO', String(series)]),
    ])),
    '',
    `${alerts.filter(({ fired }) => fired !== null).length} of ${alerts.length} alerts fired, ${alerts.filter(({ resolved }) => resolved !== null).length} resolved; ${panels.filter(({ empty }) => empty.length === 0).length} of ${panels.length} panels show data`,
    ...alerts.flatMap(({ alert, uncalledFor }) => uncalledFor.map((at) => `besides: ${alert} fired ${at} s after the begin, as a consequence of something else`)),
    ...panels.flatMap(({ panel, empty }) => empty.map((expr) => `BROKEN: ${panel} has no data: ${expr}`)),
    ...problems.map((problem) => `BROKEN: ${problem}`),
  ];
}

/** The published page. */
export function operatePage(report: OperateReport): string {
  const { alerts, panels, load, startedAt, machine, minutes, factor, problems } = report;
  const besides = alerts.flatMap(({ alert, uncalledFor }) => uncalledFor.map((at) => `- ${alert}, ${at} s after the begin`));
  return [
    '# Operate: every alert fired for real, every panel asked', '',
    'Made by `npm run operate`; change that and not this page. The alerts and what to do about them: [runbooks](runbooks/README.md); the dashboards: [deploy/grafana](../deploy/grafana/README.md).', '',
    'Every service is a process of its own, beside a real Kafka, PostgreSQL and Prometheus (`apt-get install prometheus`). Two orders a second come in through the gateway, one in eight of which cannot simply be confirmed, some more',
    'through the CRM; people decide and change rules. Meanwhile the condition of each alert is caused once, and made good once the alert has fired. Exit code 1 when one does not fire or does not resolve, or a panel shows nothing.', '',
    '```', 'npm run operate                         all of it, ten minutes', 'npm run operate -- --only DeadLetters   one alert', 'npm run operate -- --minutes 30         time goes 20 times as fast instead of 60', '```', '',
    '**What is scaled.** Ten minutes hold no windows of three days. The rule files are those of [deploy/prometheus](../deploy/prometheus/README.md), with every duration in them (`for`, `interval`, `[window]`) divided by one factor; expressions and',
    'limits are as committed. A limit of a minute is waited for. What takes longer is brought about where the mesh measures it: approvals are escalated and cases due after seconds, by `POLICY_FILE`; that an order has stood for 20 minutes,',
    'or is 27 days old, is set back in the table of the orchestrator. Gauges that are read every 15 s are read every 15 s.', '',
    '## The last run', '',
    `${startedAt.slice(0, 10)}, commit ${machine.commit}, ${machine.cores} cores: ${minutes} minutes, factor ${factor}, ${load.orders} orders, rules changed ${load.rulesReleased} times.`, '',
    'Pending and fired count from when the condition was caused, resolved from when it was made good.', '',
    ...markdown(['alert', 'severity', 'condition caused', 'holds for', 'pending after', 'fired after', 'resolved after'],
      alerts.map((one) => [one.alert, one.severity, one.condition, `${one.holdsFor} s`, shown(one.pending), shown(one.fired), shown(one.resolved)])), '',
    ...(besides.length === 0 ? [] : ['Besides, as a consequence of what was done for another:', '', ...besides, '']),
    ...(problems.length === 0 ? [] : ['Trouble:', '', ...problems.map((problem) => `- ${problem}`), '']),
    '## The dashboards', '', ...markdown(['dashboard', 'panel', 'returns data', 'series'],
      panels.map(({ dashboard, panel, series, empty }) => [dashboard, panel, empty.length === 0 ? 'yes' : `no: ${empty.join('; ')}`, String(series)])), '',
  ].join('\n');
}
