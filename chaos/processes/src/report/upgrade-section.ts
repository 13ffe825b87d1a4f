import type { Machine } from '@order-mesh/embedded';
import type { Change } from '../upgrade/upgrade.ts';
import { markdown, notKept, shownMoment } from './table.ts';

/** What an upgrade with orders on their way has shown, as it is kept and published. */
export interface UpgradeReport {
  readonly startedAt: string;
  readonly machine: Machine;
  /** How many orders were to be on their way at each change. */
  readonly orders: number;
  readonly changes: readonly Change[];
}

/** The part of the page about it. */
export function upgradeSection({ startedAt, machine, orders, changes }: UpgradeReport): readonly string[] {
  const problems = changes.flatMap((change) => change.problems);
  return [
    '## F13: upgrade with orders on their way',
    '',
    `Commit \`${machine.commit}\`, ${shownMoment(startedAt)} UTC. ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB. Partners are slow until ${orders} orders are on their way; the running release is told to stop (SIGTERM), orders are`,
    'placed in the CRM and contracts signed while nobody listens, the other release takes over the same Kafka and PostgreSQL, and every order has to end. What can be promised, and what not, is in [ADR 31](adr/0031-a-release-takes-over-what-the-last-one-left.md).',
    '',
    ...markdown(['change', 'on their way', 'where', 'nobody took orders for', 'orders in all', 'ended', 'stuck', 'invariants that hold'], changes.map((change) => [
      `${short(change.from)} to ${short(change.to)}`, Object.values(change.places).reduce((sum, count) => sum + count, 0), told(change.places), `${change.awaySeconds.toFixed(1)} s`, change.orders, told(change.byStatus),
      change.byStatus['not ended'] ?? 0, `${change.verdicts.filter(({ status }) => status === 'holds').length} of ${change.verdicts.length}`,
    ].map(String))),
    '',
    ...notKept(problems),
  ];
}

const told = (counts: Readonly<Record<string, number>>): string => Object.entries(counts).map(([what, count]) => `${count} ${what}`).join(', ');

/** A tag as it is, a commit as short as people write it. */
export const short = (release: string): string => (/^[0-9a-f]{40}$/.test(release) ? release.slice(0, 7) : release);
