import type { CreditEvidence } from '@order-mesh/contracts';
import { fen, type Fen } from '@order-mesh/kernel';
import type { DecisionRecord } from '@order-mesh/rules';

/** What a customer ordered and paid before, as far as it is known. */
export type History = Pick<CreditEvidence, 'receivables' | 'paid' | 'ordersConfirmed' | 'ordersRefused'> & {
  readonly overdue: bigint;
  readonly amountConfirmed: bigint;
};

/** A customer of whom nothing is known. */
export const noHistory: History = { overdue: 0n, receivables: 0, paid: 0, ordersConfirmed: 0, amountConfirmed: 0n, ordersRefused: 0 };

/** What whoever decides on a refusal has to know: the facts that it was decided on, and what was before. */
export function evidenceOf({ facts: { exposure, limit, daysOverdue } }: DecisionRecord, { overdue, amountConfirmed, ...history }: History): CreditEvidence {
  return { exposure: fenIn(exposure), limit: fenIn(limit), daysOverdue: Number(daysOverdue), overdue: bounded(overdue), amountConfirmed: bounded(amountConfirmed), ...history };
}

const fenIn = (fact: DecisionRecord['facts'][string] | undefined): Fen => fen(BigInt(Number(fact ?? 0)));

const MOST = 1_000_000_000_000_000n;
// sums of strange documents must not stop the service
const bounded = (sum: bigint): Fen => fen(sum > MOST ? MOST : sum < -MOST ? -MOST : sum);
