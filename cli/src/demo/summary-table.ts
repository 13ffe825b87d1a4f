import colors from 'picocolors';
import { shownDuration } from '../show/time.ts';
import { table } from '../show/text.ts';
import type { Summary } from './summary.ts';

/** The summary as a person reads it. */
export function summaryLines(summary: Summary): readonly string[] {
  const { leadTimeMs: { p50, p95, p99 }, rejectedByReason, ordersPerSecond } = summary;
  const shown = (duration: number | null): string => (duration === null ? '-' : shownDuration(duration));
  const endings = (['confirmed', 'rejected', 'cancelled', 'manual', 'unfinished'] as const).map((ending) => [ending, String(summary[ending])]);
  return [
    colors.bold(`${summary.orders} orders in ${shownDuration(summary.durationMs)}${ordersPerSecond === null ? '' : `, ${ordersPerSecond} a second`}`),
    ...indented(table(endings)),
    ...(Object.keys(rejectedByReason).length === 0 ? [] : ['rejected because of', ...indented(table(Object.entries(rejectedByReason).map(([why, count]) => [why, String(count)])))]),
    `lead time from Salesforce to the end: p50 ${shown(p50)}, p95 ${shown(p95)}, p99 ${shown(p99)}`,
  ];
}

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);
