import { faultInWords } from '../faults.ts';
import type { Line } from '../history.ts';
import { START } from '../scenario.ts';
import type { Shrunk } from './shrink.ts';

const MOST_LINES = 120;
const ORDER_WIDTH = 14;

/** What went wrong, how to see it again, and what happened to the order concerned, in a form to be read by a person. */
export function tellStory({ original, smallest, outcome, violation, runs }: Shrunk, { seed, orders }: { readonly seed: number; readonly orders: number }): string {
  if (!violation) return `Seed ${seed} keeps every promise.`;
  const { orderId } = violation;
  const concerned = orderId ?? (smallest.orders.length === 1 ? smallest.orders[0]?.order.orderId ?? null : null);
  return [
    `Seed ${seed} breaks ${violation.invariant}: ${violation.what}${orderId === null ? '' : ` (order ${orderId})`}`,
    `  again: npm run chaos -- sim --from ${seed} --seeds 1 --orders ${orders}`,
    `Made smaller in ${runs} runs: ${count(original.orders.length, 'order')} to ${smallest.orders.length}, ${count(original.faults.length, 'fault')} to ${smallest.faults.length}, ${count(original.processes.length, 'process', 'processes')} to ${smallest.processes.length}.`,
    ...smallest.faults.map((fault) => `  ${faultInWords(fault)}`),
    concerned === null ? 'What happened:' : `What happened to order ${concerned}:`,
    ...shown(outcome.lines.filter(({ orderId: about }) => about === null || concerned === null || about === concerned), concerned === null),
  ].join('\n');
}

function shown(lines: readonly Line[], namesOrders: boolean): readonly string[] {
  const width = Math.max(...lines.map(({ who }) => who.length), 0);
  const about = ({ orderId }: Line): string => (namesOrders ? `${orderId ?? ''}  `.padStart(ORDER_WIDTH) : '');
  const told = lines.map((line) => `  ${clock(line.at - START)}  ${line.who.padEnd(width)}  ${about(line)}${line.what}`);
  if (told.length <= MOST_LINES) return told;
  return [...told.slice(0, MOST_LINES / 2), `  (${told.length - MOST_LINES} lines left out)`, ...told.slice(-MOST_LINES / 2)];
}

/** Minutes, seconds and milliseconds: 00:03.120. */
function clock(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return `${String(minutes).padStart(2, '0')}:${((ms % 60_000) / 1_000).toFixed(3).padStart(6, '0')}`;
}

const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;
