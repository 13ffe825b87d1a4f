import { seconds } from '@order-mesh/kernel';
import colors from 'picocolors';
import type { Import } from '../gateway/imports.ts';
import { table } from './text.ts';
import { shownDuration } from './time.ts';

const BAR_COLUMNS = 24;
const count = (value: number): string => value.toLocaleString('en');

/** How far an import is, in one line: a bar, orders, orders a second, and how long it takes yet. */
export function progressLine({ state, total, seen, unacceptable, detail }: Import, perSecond: number): string {
  if (total === null) return detail || (state === 'asked' ? 'asking Salesforce for the list of orders' : 'Salesforce makes the list of orders');
  const share = total === 0 ? 1 : Math.min(1, seen / total);
  const filled = Math.round(share * BAR_COLUMNS);
  const left = perSecond > 0 ? shownDuration(seconds((total - seen) / perSecond)) : 'unknown';
  const figures = [`${Math.floor(share * 100)} %`, `${count(seen)} of ${count(total)} orders`, `${count(Math.round(perSecond))}/s`, `${left} left`];
  const more = [...(unacceptable > 0 ? [`${count(unacceptable)} unacceptable`] : []), ...(detail === '' ? [] : [detail])];
  return [`${'█'.repeat(filled)}${'░'.repeat(BAR_COLUMNS - filled)} ${figures.join(', ')}`, ...more].join(' · ');
}

/** What an import came to, and what to do next. */
export function summaryLines(one: Import): readonly string[] {
  const { state, dryRun, total, seen, placed, known, unacceptable, passedOver, reasons, detail } = one;
  const rows = [[dryRun ? 'would be taken on' : 'taken on', placed], ['known already', known], ['unacceptable', unacceptable], ['no longer as asked', passedOver]] as const;
  return [
    headline(one),
    ...rows.map(([what, orders]) => `  ${what.padEnd(20)}${count(orders).padStart(10)}`),
    ...(reasons.length === 0 ? [] : ['', ...table([['why unacceptable', 'orders', 'one of them'], ...reasons.map(({ reason, count: orders, example }) => [reason, count(orders), example])])]),
    ...(detail === '' ? [] : ['', colors.red(detail)]),
    ...(dryRun && state === 'completed' ? ['', 'nothing was done; the same without --dry-run takes them on'] : []),
    ...(state === 'stopped' || (state === 'failed' && (total === null || seen < total)) ? ['', 'go on with: mesh import salesforce --resume'] : []),
  ];
}

function headline({ state, total, seen, startedAt, updatedAt }: Import): string {
  const took = shownDuration(Date.parse(updatedAt) - Date.parse(startedAt));
  const far = `${count(seen)} of ${total === null ? 'an unknown number of' : count(total)} orders`;
  if (state === 'completed') return colors.bold(`completed: ${far} in ${took}`);
  return colors.bold(`${state} after ${far}`);
}
