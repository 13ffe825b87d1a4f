import type { CreditEvidence } from '@order-mesh/contracts';

/** What is known of a customer whose freeze is to be decided on, as it is shown; money in fen. */
export interface EvidenceShown extends Pick<CreditEvidence, 'daysOverdue' | 'receivables' | 'paid' | 'ordersConfirmed' | 'ordersRefused'> {
  readonly exposureFen: string;
  readonly limitFen: string;
  readonly overdueFen: string;
  readonly amountConfirmedFen: string;
}

export const evidenceShown = ({ exposure, limit, overdue, amountConfirmed, daysOverdue, receivables, paid, ordersConfirmed, ordersRefused }: CreditEvidence): EvidenceShown => ({
  exposureFen: exposure.toString(), limitFen: limit.toString(), overdueFen: overdue.toString(), amountConfirmedFen: amountConfirmed.toString(), daysOverdue, receivables, paid, ordersConfirmed, ordersRefused,
});

/** What a yes would mean, in one sentence. */
export function meaningOf({ exposureFen, limitFen }: EvidenceShown): string {
  const left = BigInt(limitFen) - BigInt(exposureFen);
  return `exposure would be ${yuan(BigInt(exposureFen))} of a limit of ${yuan(BigInt(limitFen))} CNY, ${left < 0n ? `${yuan(-left)} over` : `${yuan(left)} left`}`;
}

function yuan(fen: bigint): string {
  const digits = (fen < 0n ? -fen : fen).toString().padStart(3, '0');
  const cents = digits.slice(-2);
  return `${fen < 0n ? '-' : ''}${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')}${cents === '00' ? '' : `.${cents}`}`;
}
