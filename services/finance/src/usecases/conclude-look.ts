import { fen, type Fen } from '@order-mesh/kernel';
import { digest } from '@order-mesh/messaging';
import type { Unit } from '@order-mesh/messaging';
import type { Found } from '../domain/books.ts';
import { compareBooks } from '../domain/compare.ts';
import { changedFrom, miss, see, type Difference } from '../domain/difference.ts';
import { lookOf, type Run } from '../domain/run.ts';
import type { ReconciliationPorts } from './ports.ts';

/** Differences of one look that are worked on; where there are more, something is wrong with a whole book, and the first ones show it. */
export const MOST_DIFFERENCES = 10_000;
const AT_ONCE = 500;

/** Compares the books that were read, page by page, and says what differs. May be done again from the start: what was noted is noted once. */
export async function concludeLook(ports: ReconciliationPorts, run: Run): Promise<void> {
  const { found, sums, isCut } = await compareAll(ports, run);
  for (let from = 0; from < found.length; from += AT_ONCE) await ports.submit((unit) => noteFound(ports, { run, found: found.slice(from, from + AT_ONCE) }, unit));
  // where not everything was noted, what was not found may only have been cut off
  for (let more = !isCut; more;) more = await ports.submit((unit) => noteMissed(ports, run, unit));
  await ports.submit((unit) => endLook(ports, { run, sums }, unit));
}

interface Sums {
  readonly orders: number;
  readonly amount: Fen;
}

async function compareAll({ statements, rules, log }: ReconciliationPorts, { runId, from, lookBeganAt }: Run): Promise<{ readonly found: readonly Identified[]; readonly sums: Sums; readonly isCut: boolean }> {
  const period = { from, settledBefore: lookBeganAt - rules.grace };
  const found: Identified[] = [];
  let all = 0;
  let orders = 0;
  let amount = 0n;
  for await (const page of statements.books()) {
    for (const books of page) {
      const compared = compareBooks(books, period);
      orders += compared.isCompared ? 1 : 0;
      amount += compared.confirmed;
      all += compared.found.length;
      if (found.length < MOST_DIFFERENCES) found.push(...compared.found.map(identified));
    }
  }
  if (all > found.length) log.error('more differences than can be worked on: something is wrong with a whole book', { runId, found: all, noted: found.length });
  return { found, sums: { orders, amount: fen(amount) }, isCut: all > found.length };
}

type Identified = Found & { readonly differenceId: string };

// What it is about names it, so that every look finds the same one again
function identified(found: Found): Identified {
  const [one, two] = digest(`${found.class}|${found.orderId}|${found.subject}`);
  return { ...found, differenceId: [one, two].map((word) => word.toString(16).padStart(8, '0')).join('').slice(0, ID_LENGTH) };
}

const ID_LENGTH = 12;

async function noteFound({ runs, differences }: ReconciliationPorts, { run, found }: { readonly run: Run; readonly found: readonly Identified[] }, unit: Unit): Promise<void> {
  if (!await isUnderWay(runs, run, unit)) return;
  const known = await differences.load(unit.tx, found.map(({ differenceId }) => differenceId));
  const seen = found.map((one) => see(known.get(one.differenceId), one, lookOf(run)));
  tell(seen.filter((one) => one !== known.get(one.differenceId) && one.status !== 'suspected'), run, unit);
  await differences.save(unit.tx, seen);
}

async function noteMissed({ runs, differences }: ReconciliationPorts, run: Run, unit: Unit): Promise<boolean> {
  if (!await isUnderWay(runs, run, unit)) return false;
  const look = lookOf(run);
  const missed = await differences.loadMissed(unit.tx, { look, from: run.from, limit: AT_ONCE });
  const after = missed.map((known) => ({ known, now: miss(known, look) }));
  const kept = after.flatMap(({ now }) => now ?? []);
  tell(after.flatMap(({ known, now }) => (now && now.version > known.version ? [now] : [])), run, unit);
  await differences.save(unit.tx, kept);
  await differences.remove(unit.tx, after.filter(({ now }) => now === null).map(({ known }) => known.differenceId));
  return missed.length === AT_ONCE;
}

async function endLook({ runs, statements, differences, log }: ReconciliationPorts, { run, sums }: { readonly run: Run; readonly sums: Sums }, unit: Unit): Promise<void> {
  if (!await isUnderWay(runs, run, unit)) return;
  const { suspected, open } = await differences.count(unit.tx, lookOf(run));
  if (run.look === 1 && suspected > 0) {
    log.info('something new does not agree: the books are read once more', { runId: run.runId, suspected });
    return runs.save(unit.tx, { ...run, status: 'waiting' });
  }
  await statements.empty(unit.tx);
  await runs.save(unit.tx, { ...run, status: 'finished' });
  const outcome = open === 0 ? 'agrees' : 'differs';
  unit.send({
    type: 'ReconciliationFinished',
    value: { runId: run.runId, outcome, detail: '', orders: sums.orders, amount: sums.amount, openDifferences: open, finishedAt: unit.now },
  }, { id: `reconcile/${run.runId}/end`, trace: {} });
  log[open === 0 ? 'info' : 'warn']('books compared', { runId: run.runId, outcome, orders: sums.orders, amountFen: String(sums.amount), openDifferences: open });
}

async function isUnderWay(runs: ReconciliationPorts['runs'], { runId, look }: Run, unit: Unit): Promise<boolean> {
  const now = await runs.load(unit.tx);
  return now?.runId === runId && now.look === look && now.status === 'read';
}

function tell(changed: readonly Difference[], { runId }: Run, unit: Unit): void {
  for (const one of changed) unit.send({ type: 'DifferenceChanged', value: changedFrom(one, runId) }, { id: `difference/${one.differenceId}@${one.version}`, trace: {} });
}
