import type { Comparison, SystemResult } from './compare.ts';
import { percentilesOf } from './harness/meter.ts';
import { cpuMsPerOrder, peakMb, type RunResult } from './system.ts';
import { markdownTable, number, plainTable, type Row } from './tables.ts';

/** What `bench/report.json` holds. */
export interface Report {
  /** The last full run. */
  readonly full?: Comparison;
  /** The last run with fewer rounds, orders or peers. */
  readonly quick?: Comparison;
  readonly scenarios?: Readonly<Record<string, ScenarioResult>>;
}

export interface ScenarioResult {
  readonly what: string;
  readonly measuredAt?: string;
  readonly rows?: readonly Row[];
  readonly notes?: readonly string[];
}

const TIMES_BEST_PEER = 10;
const HALF_P99_MS = 1_000;

const median = (values: readonly number[]): number => percentilesOf(values).p50;
const over = (runs: readonly RunResult[], figure: (run: RunResult) => number): number => median(runs.map(figure));
const throughputOf = ({ throughput }: SystemResult): number => over(throughput, ({ ordersPerSecond }) => ordersPerSecond);
const p50Of = ({ latency }: SystemResult): number => over(latency, ({ latencyMs }) => latencyMs.p50);
const p99Of = ({ latency }: SystemResult): number => over(latency, ({ latencyMs }) => latencyMs.p99);
const peersOf = ({ systems }: Comparison): readonly SystemResult[] => systems.filter(({ isOurs }) => !isOurs);
const bestOf = (comparison: Comparison, figure: (system: SystemResult) => number, choose: (...values: readonly number[]) => number): number | undefined =>
  (peersOf(comparison).length === 0 ? undefined : choose(...peersOf(comparison).map(figure)));
const ratio = (value: number, best: number | undefined): string => (best === undefined ? 'no peer' : `${number(value / best)}x`);

export function throughputRows(comparison: Comparison): readonly Row[] {
  const best = bestOf(comparison, throughputOf, Math.max);
  return comparison.systems.map((system) => ({
    system: system.title,
    orders: system.throughput[0]?.orders ?? 0,
    'orders/s': throughputOf(system),
    'each round': system.throughput.map(({ ordersPerSecond }) => number(Math.round(ordersPerSecond))).join(' / '),
    'to the best peer': ratio(throughputOf(system), best),
    'CPU ms per order': over(system.throughput, cpuMsPerOrder),
    'peak MB': Math.round(Math.max(...system.throughput.map(peakMb))),
  }));
}

export function latencyRows(comparison: Comparison): readonly Row[] {
  const [bestP50, bestP99] = [bestOf(comparison, p50Of, Math.min), bestOf(comparison, p99Of, Math.min)];
  return comparison.systems.map((system) => ({
    system: system.title,
    'p50 ms': p50Of(system),
    'p95 ms': over(system.latency, ({ latencyMs }) => latencyMs.p95),
    'p99 ms': p99Of(system),
    'p50 / p99 of each round': system.latency.map(({ latencyMs: { p50, p99 } }) => `${number(p50)} / ${number(p99)}`).join(', '),
    'p50 to the best peer': ratio(p50Of(system), bestP50),
    'p99 to the best peer': ratio(p99Of(system), bestP99),
    'CPU ms per order': over(system.latency, cpuMsPerOrder),
    'peak MB': Math.round(Math.max(...system.latency.map(peakMb))),
  }));
}

/** What was promised, and whether this run keeps it. */
export function targetRows(comparison: Comparison): readonly Row[] {
  const row = (target: string, measured: number, unit: string, met: boolean | undefined): Row =>
    ({ target, measured: `${number(measured)} ${unit}`, 'target is': met === undefined ? 'not measured: no peer' : met ? 'met' : 'missed' });
  const best = bestOf(comparison, throughputOf, Math.max);
  const [bestP50, bestP99] = [bestOf(comparison, p50Of, Math.min), bestOf(comparison, p99Of, Math.min)];
  const noWorse = (value: number, limit: number | undefined): boolean | undefined => (limit === undefined ? undefined : value <= limit);
  const named = (value: number | undefined, unit: string): string => (value === undefined ? '' : ` (${number(value)} ${unit})`);
  const { latency: { ratePerSecond }, half } = comparison;
  return [
    ...comparison.systems.filter(({ isOurs }) => isOurs).flatMap((system) => [
      row(`${system.title}: orders/s at least ${TIMES_BEST_PEER} times the best peer's${named(best, 'orders/s')}`, throughputOf(system), 'orders/s',
        best === undefined ? undefined : throughputOf(system) >= TIMES_BEST_PEER * best),
      row(`${system.title}: p50 at ${ratePerSecond}/s no worse than the best peer's${named(bestP50, 'ms')}`, p50Of(system), 'ms', noWorse(p50Of(system), bestP50)),
      row(`${system.title}: p99 at ${ratePerSecond}/s no worse than the best peer's${named(bestP99, 'ms')}`, p99Of(system), 'ms', noWorse(p99Of(system), bestP99)),
    ]),
    row(`Order Mesh, order path: p99 below 1 s at half of its maximum (${number(half.ordersPerSecond)} orders/s came through)`, half.latencyMs.p99, 'ms', half.latencyMs.p99 < HALF_P99_MS),
  ];
}

export function partRows({ systems }: Comparison): readonly Row[] {
  return systems.flatMap(({ title, throughput, latency }) => Object.keys(throughput[0]?.parts ?? {}).map((part) => {
    const cpu = ({ parts, orders }: RunResult): number => (parts[part]?.cpuSeconds ?? 0) * 1_000 / orders;
    const cpuSeconds = ({ parts }: RunResult): number => parts[part]?.cpuSeconds ?? 0;
    const peak = (runs: readonly RunResult[]): number => Math.round(Math.max(...runs.map(({ parts }) => parts[part]?.peakMb ?? 0)));
    return {
      system: title, part,
      'at once: CPU s': over(throughput, cpuSeconds), 'at once: CPU ms per order': over(throughput, cpu), 'at once: peak MB': peak(throughput),
      'steady: CPU s': over(latency, cpuSeconds), 'steady: CPU ms per order': over(latency, cpu), 'steady: peak MB': peak(latency),
    };
  }));
}

export function settingRows({ systems }: Comparison): readonly Row[] {
  const told = (values: Readonly<Record<string, string | number>> = {}): string => Object.entries(values).map(([name, value]) => `${name} ${value}`).join(', ');
  return systems.map(({ title, throughput: [first] }) => ({ system: title, versions: told(first?.versions), settings: told(first?.settings) }));
}

/** What a run shows on the terminal. */
export function summary(comparison: Comparison): string {
  const { ratePerSecond } = comparison.latency;
  return [
    'All orders at once (medians)', plainTable(throughputRows(comparison)), '',
    `${ratePerSecond} orders/s (medians)`, plainTable(latencyRows(comparison)), '',
    'Parts', plainTable(partRows(comparison)), '',
    'Versions and settings', plainTable(settingRows(comparison)), '',
    'Targets', plainTable(targetRows(comparison)),
  ].join('\n');
}

/** `docs/performance.md`, from the report alone. */
export function performancePage(report: Report): string {
  const { full, quick, scenarios = {} } = report;
  const comparison = full ?? quick;
  return [
    '# Performance', '',
    'Written by `npm run bench` from `bench/report.json`; do not edit. What the work is and what counts: [bench/WORKLOAD.md](../bench/WORKLOAD.md).', '',
    ...comparison ? comparisonSections(comparison, full !== undefined) : ['Nothing has been compared yet: run `npm run bench`.', ''],
    ...Object.entries(scenarios).flatMap(([name, scenario]) => scenarioSection(name, scenario)),
  ].join('\n');
}

function comparisonSections(comparison: Comparison, full: boolean): readonly string[] {
  const { measuredAt, machine, latency: { ratePerSecond, seconds }, half, minutes } = comparison;
  const rounds = Math.max(...comparison.systems.map(({ throughput }) => throughput.length));
  return [
    `Measured on ${measuredAt.slice(0, 10)} at commit ${machine.commit}, on ${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB, ${machine.system}, in ${number(Math.round(minutes))} minutes.`,
    ...full ? [] : ['This was not a full run: fewer rounds, orders or peers. One round alone proves little.'], '',
    '## How to read this', '',
    '- All systems do the same work on the same machine in the same run, in turn; a figure is the median of its rounds, and the rounds stand beside it.',
    '- Every run counted here ended with every book equal to the closed form; a run with wrong books ends the benchmark.',
    '- Compare figures of one table only. Another machine, or this one on a busy day, has other figures and other ratios.',
    '- CPU counts every process of a system, PostgreSQL, Kafka where it is used, and the sender of the orders. MB is the largest sum seen, shared memory counted once.', '',
    '## Targets', '', markdownTable(targetRows(comparison)), '',
    `## All orders at once (${rounds} round${rounds === 1 ? '' : 's'})`, '', markdownTable(throughputRows(comparison)), '',
    `## ${ratePerSecond} orders a second for ${seconds} s`, '', 'From the time an order was due to the commit of its end.', '', markdownTable(latencyRows(comparison)), '',
    '## Half of the maximum', '',
    `Order Mesh (order path) at ${half.settings['ratePerSecond'] ?? number(half.ordersPerSecond)} orders/s: p50 ${number(half.latencyMs.p50)} ms, p95 ${number(half.latencyMs.p95)} ms, p99 ${number(half.latencyMs.p99)} ms, worst ${number(half.latencyMs.max)} ms.`, '',
    '## Parts', '', markdownTable(partRows(comparison)), '',
    '## Versions and settings', '', markdownTable(settingRows(comparison)), '',
  ];
}

function scenarioSection(name: string, { what, rows = [], notes = [], measuredAt }: ScenarioResult): readonly string[] {
  const when = measuredAt === undefined ? '' : `Measured on ${measuredAt.slice(0, 10)}; `;
  return [
    `## ${what}`, '', `${when}\`npm run bench -- --scenario ${name}\`.`, '',
    ...rows.length > 0 ? [markdownTable(rows), ''] : [],
    ...notes.length > 0 ? [...notes.map((note) => `- ${note}`), ''] : [],
  ];
}
