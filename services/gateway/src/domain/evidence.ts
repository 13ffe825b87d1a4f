import type { CreditEvidence, PriceEvidence } from '@order-mesh/contracts';
import { marginOf } from '@order-mesh/kernel';

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

/** What an order in question brings, as it is shown; money in fen. */
export interface PriceShown {
  readonly listFen: string;
  readonly amountFen: string;
  /** Null, as the margin is, where the cost of one of the goods is not known. */
  readonly costFen: string | null;
  readonly marginFen: string | null;
  /** Of the amount, to two places, rounded down. */
  readonly marginPercent: number | null;
}

export const priceShown = ({ listAmount, amount, cost }: PriceEvidence): PriceShown => ({
  listFen: listAmount.toString(), amountFen: amount.toString(), costFen: cost === null ? null : cost.toString(), marginFen: cost === null ? null : (amount - cost).toString(),
  marginPercent: cost === null ? null : percent(marginOf(amount, cost)),
});

const percent = (hundredths: bigint): number => Number(hundredths) / 100;

/** What a yes would mean, in one sentence; null where nothing is known. */
export function meaningOf(evidence: EvidenceShown | undefined, price: PriceShown | undefined): string | null {
  return [...(evidence ? [exposureIn(evidence)] : []), ...(price ? [worthOf(price)] : [])].join('; ') || null;
}

function worthOf({ listFen, amountFen, marginFen, marginPercent }: PriceShown): string {
  const list = BigInt(listFen);
  const off = list - BigInt(amountFen);
  const less = off > 0n ? `, ${yuan(off)} (${percent((off * 10_000n) / list)} %) off the list` : '';
  const margin = marginFen === null ? ', at a cost that is not known' : ` at a margin of ${yuan(BigInt(marginFen))} CNY (${marginPercent} %)`;
  return `the order brings ${yuan(BigInt(amountFen))} CNY${less}${margin}`;
}

function exposureIn({ exposureFen, limitFen }: EvidenceShown): string {
  const left = BigInt(limitFen) - BigInt(exposureFen);
  return `exposure would be ${yuan(BigInt(exposureFen))} of a limit of ${yuan(BigInt(limitFen))} CNY, ${left < 0n ? `${yuan(-left)} over` : `${yuan(left)} left`}`;
}

function yuan(fen: bigint): string {
  const digits = (fen < 0n ? -fen : fen).toString().padStart(3, '0');
  const cents = digits.slice(-2);
  return `${fen < 0n ? '-' : ''}${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')}${cents === '00' ? '' : `.${cents}`}`;
}
