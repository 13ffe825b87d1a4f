import { fen } from '@order-mesh/kernel';
import colors from 'picocolors';
import type { Difference, Reconciliation, Run } from '../gateway/reconciliation.ts';
import { shownYuan } from './money.ts';
import { fit, table } from './text.ts';
import { shownInstant } from './time.ts';

const yuan = (amountFen: string): string => shownYuan(fen(BigInt(amountFen)));

/** What a reconciliation came to: one line when everything agrees, else the differences and what each needs. */
export function reconciliationLines(run: Run, { differences, isCut }: Pick<Reconciliation, 'differences' | 'isCut'>): readonly string[] {
  if (run.status === 'failed') return [colors.red(`the books could not be compared: ${run.detail}`)];
  const compared = `${run.orders} orders compared${run.from === null ? '' : `, placed since ${shownInstant(Date.parse(run.from))} in Shanghai`}; amounts CNY ${yuan(run.amountFen)}`;
  if (differences.length === 0) return [`${colors.green('everything agrees')}: ${compared}`];
  const count = differences.length === 1 ? '1 difference' : `${isCut ? 'more than ' : ''}${differences.length} differences`;
  return [`${colors.red(count)}: ${compared}`, '', ...differenceTable(differences), '', ...whatToDo(differences)];
}

/** Differences as a table, one a line. */
function differenceTable(differences: readonly Difference[]): readonly string[] {
  const sorted = differences.toSorted((one, other) => (`${one.class} ${one.orderId}` < `${other.class} ${other.orderId}` ? -1 : 1));
  const rows = sorted.map((one) => [one.differenceId, one.class, one.orderId, one.status, one.repair.automatic ? one.repair.kind : 'a person', fit(one.detail, 90).trimEnd()]);
  return table([['difference', 'class', 'order', 'status', 'repair', 'what differs'], ...rows]);
}

function whatToDo(differences: readonly Difference[]): readonly string[] {
  const open = differences.filter(({ status }) => status === 'open');
  const safe = open.filter(({ repair }) => repair.automatic).length;
  const byHand = open.length - safe;
  return [
    ...(safe > 0 ? [`${safe} can be repaired safely: mesh reconcile --all-safe --dry-run says what would happen, without --dry-run it does`] : []),
    ...(byHand > 0 ? [`${byHand} need${byHand === 1 ? 's' : ''} a person: mesh reconcile --repair <difference> --dry-run tells what to do, --accept <difference> --reason <words> leaves it as it is`] : []),
    ...(open.length < differences.length ? [`${differences.length - open.length} under repair: the next reconciliation tells whether it has helped`] : []),
  ];
}

/** One difference with its evidence, and what its repair does or a person has to do. */
export function differenceStory(one: Difference): readonly string[] {
  const { differenceId, orderId, status, detail, evidence, repair, firstSeenAt, lastSeenAt, note } = one;
  return [
    `${colors.bold(`difference ${differenceId}`)}: ${one.class} of order ${orderId}, ${status}`,
    detail,
    ...table([['book', 'says', 'CNY'], ...evidence.map(({ book, says, amountFen }) => [book, says, amountFen === null ? '' : yuan(amountFen)])]).map((line) => `  ${line}`),
    `seen first ${shownInstant(Date.parse(firstSeenAt))}, last ${shownInstant(Date.parse(lastSeenAt))} in Shanghai${note === null ? '' : `; ${note}`}`,
    repair.automatic ? `the repair ${repair.says}` : `only a person can repair it: ${repair.says}`,
  ];
}
