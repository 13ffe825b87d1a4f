import colors from 'picocolors';
import type { Checked, SealedEntry } from '@order-mesh/audit';
import { table } from './text.ts';
import { shownInstant } from './time.ts';

/** Entries of the audit log, newest first. */
export function entryLines(entries: readonly SealedEntry[]): readonly string[] {
  if (entries.length === 0) return ['nothing stands in the audit log that fits'];
  const rows = entries.map(({ position, at, actor, act, subject, details }) => [String(position), shownInstant(at), actor, act, subject, detailsOf(details)]);
  return table([['no', 'at', 'who', 'did', 'to', 'details'], ...rows]);
}

/** Whether the log is as it was written, for a person. */
export function checkedLines({ good, fault, anchor }: Checked): readonly string[] {
  if (fault) {
    const before = fault.position <= 1 ? 'there is none before it' : `rows 1 to ${count(fault.position - 1)} are as they were written`;
    return [`${colors.red('✘')} the audit log was tampered with. First bad row: ${colors.bold(count(fault.position))} (${fault.kind}): ${fault.detail}; ${before}`];
  }
  const upTo = anchor?.position ?? 0;
  return [
    `${colors.green('✔')} the audit log is as it was written: ${count(good)} entries${good > 0 ? `, 1 to ${count(good)} without a gap` : ''}`,
    ...(anchor ? [`  anchored up to entry ${count(upTo)} at ${shownInstant(anchor.at)}`] : []),
    ...(good > upTo ? [`  not anchored yet: the last ${count(good - upTo)}; that the end was cut off there could not be shown`] : []),
  ];
}

const count = (number: number): string => number.toLocaleString('en');

function detailsOf(json: string): string {
  try {
    const details: unknown = JSON.parse(json);
    if (typeof details !== 'object' || details === null) return json;
    return Object.entries(details).filter(([, value]) => value !== null && value !== '').map(([name, value]) => `${name}: ${String(value)}`).join(', ');
  } catch {
    return json;
  }
}
