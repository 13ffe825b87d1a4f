import { explain, root } from '@order-mesh/cli/parts';
import { machine } from '@order-mesh/embedded';
import { exitCodes } from '../commands.ts';
import { expectReportFile, saveUpgrade } from '../report/report-file.ts';
import { aligned } from '../report/table.ts';
import { short } from '../report/upgrade-section.ts';
import { releaseBefore, releaseNamed, releaseToGoBackTo, type Release } from './releases.ts';
import { onTheWay } from './spread.ts';
import { shownPlaces, upgrade, type Change } from './upgrade.ts';

export interface UpgradeAsked {
  readonly orders: number;
  readonly seed: number;
  /** A tag or commit; the last release when absent. */
  readonly from?: string | undefined;
  /** Where to go back to; chosen when absent. */
  readonly backTo?: string | undefined;
  /** Also the way back, and forth once more. */
  readonly back: boolean;
  readonly keep: boolean;
  /** Where the report goes; null keeps none. */
  readonly report: string | null;
}

/** Upgrades with orders on their way, and says what came of them. Resolves to the exit code. */
export async function upgradeCommand(asked: UpgradeAsked, signal: AbortSignal): Promise<number> {
  const [begun, startedAt] = [performance.now(), new Date().toISOString()];
  const say = (line: string): void => { process.stderr.write(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(7)} s  ${line}\n`); };
  try {
    if (asked.report !== null) await expectReportFile(asked.report);
    const releases = await releasesAsked(asked);
    if (typeof releases === 'string') {
      say(releases);
      return exitCodes.notUnderstood;
    }
    const { from, backTo } = releases;
    if (asked.back && backTo === null) say(`the way back is left out: ${from.name} knows ${from.definitions.join(', ')} only, and this clone has no release that knows what orders begin with now`);
    else if (backTo && backTo.commit !== from.commit) say(`the way back leads to ${short(backTo.name)}, because ${from.name} knows ${from.definitions.join(', ')} only`);
    const changes = await upgrade({ from, backTo, orders: asked.orders, seed: asked.seed, keep: asked.keep, say, signal });
    process.stdout.write(`${changeLines(changes).join('\n')}\n`);
    if (asked.report !== null) await saveUpgrade({ startedAt, machine: await machine(), orders: asked.orders, changes }, asked.report);
    return changes.every(({ problems }) => problems.length === 0) ? exitCodes.good : exitCodes.broken;
  } catch (error) {
    say(signal.aborted ? 'stopped; everything is cleared away' : explain(error));
    return signal.aborted ? exitCodes.interrupted : exitCodes.broken;
  }
}

/** The releases, or in words why there are none. */
async function releasesAsked({ from: name, backTo: backName, back }: UpgradeAsked): Promise<{ readonly from: Release; readonly backTo: Release | null } | string> {
  const from = name === undefined ? await releaseBefore(root) : await releaseNamed(root, name);
  if (from === null) return name === undefined ? 'this clone has no history back to a release: fetch it (git fetch --unshallow --tags), or name one with --from' : `this clone has no ${name}`;
  if (!back) return { from, backTo: null };
  if (backName === undefined) return { from, backTo: await releaseToGoBackTo(root, from) };
  const backTo = await releaseNamed(root, backName);
  return backTo === null ? `this clone has no ${backName}` : { from, backTo };
}

function changeLines(changes: readonly Change[]): readonly string[] {
  const cells = (change: Change): readonly string[] => [
    `${short(change.from)} to ${short(change.to)}`, String(onTheWay(change.places)), `${change.awaySeconds.toFixed(1)} s`, String(change.orders), String(change.byStatus['not ended'] ?? 0),
    `${change.verdicts.filter(({ status }) => status === 'holds').length} of ${change.verdicts.length}`,
  ];
  return [
    ...aligned([['change', 'on their way', 'nobody took orders for', 'orders', 'stuck', 'invariants hold'], ...changes.map(cells)]),
    '',
    ...changes.flatMap(({ from, places, byStatus, problems }) => [
      `${short(from)} left behind ${shownPlaces(places)}; ended: ${Object.entries(byStatus).map(([status, count]) => `${count} ${status}`).join(', ')}`,
      ...problems.map((problem) => `BROKEN: ${problem}`),
    ]),
  ];
}
