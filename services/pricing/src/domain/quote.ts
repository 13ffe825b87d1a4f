import type { DiscountCut, LineDiscount, MessageOf, PriceEvidence, PricingRefused } from '@order-mesh/contracts';
import { fen, never, type Fen, type Instant } from '@order-mesh/kernel';
import { toldOf, type DecisionRecord, type ToldDecision } from '@order-mesh/rules';
import type { Claim } from './budget.ts';

/** What became of one order's ask for a price. */
export type Quote = PricedQuote | RefusedQuote | ReleasedQuote;

interface Asked {
  readonly orderId: string;
  readonly customerId: string;
  /** How often the order was amended before. */
  readonly revision: number;
  /** The approval that overturned a refusal, or was seen with one. */
  readonly approvalId: string | null;
  /** When the order came to the mesh. */
  readonly startedAt: Instant;
}

export interface PricedQuote extends Asked {
  readonly status: 'priced';
  readonly price: Price;
  /** What it cost as it was before, the latest first: an amendment that others refuse goes back to it. */
  readonly earlier: readonly Price[];
}

/** A decision, and the point at which it was made. */
export interface PricingRecord extends DecisionRecord {
  readonly point: string;
}

/** A line as it was ordered. */
export interface PricedLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPrice: bigint;
  /** What a unit cost the company then; null where that was not known. */
  readonly unitCost: bigint | null;
}

/** What an order costs. */
export interface Price {
  /** Names what was asked for: lines, customer, region. */
  readonly content: string;
  readonly listAmount: Fen;
  readonly amount: Fen;
  readonly discounts: readonly LineDiscount[];
  /** What rules would have taken off and may not. */
  readonly cuts: readonly DiscountCut[];
  /** What it takes of a promotion's budget. */
  readonly claim: Claim | null;
  readonly isFirst: boolean;
  /** Kept so that other rules can be put to all of them; none where the order was priced before they were kept. */
  readonly lines: readonly PricedLine[];
  /** What rules were asked and said; of those asked about lines, the ones that took something off. */
  readonly records: readonly PricingRecord[];
}

export interface RefusedQuote extends Asked {
  readonly status: 'refused';
  readonly refusal: Refusal;
  readonly records: readonly PricingRecord[];
}

/** Undone for good: an ask that comes later was overtaken and is not carried out. */
export interface ReleasedQuote {
  readonly status: 'released';
  readonly orderId: string;
}

export interface Refusal {
  readonly reason: string;
  readonly detail: string;
  /** Whether an approval may overturn it. */
  readonly appealable: boolean;
  /** What the order would bring; absent where it got no price. */
  readonly evidence?: PriceEvidence;
}

/** The event that tells the orchestrator how its ask, of this revision, stands. `refusal`: the order was to be amended and may not. */
export function answerOf(quote: Quote, asked: number, refusal: Refusal | null): MessageOf<'OrderPriced'> | MessageOf<'PricingRefused'> {
  const { orderId } = quote;
  if (refusal) return { type: 'PricingRefused', value: refused(orderId, refusal, { revision: asked }) };
  switch (quote.status) {
    case 'priced': {
      const { customerId, revision, price: { listAmount, amount, discounts, cuts, records, lines } } = quote;
      return { type: 'OrderPriced', value: { orderId, customerId, listAmount, amount, discounts, cuts, revision, decisions: told(records), cost: costOf(lines) } };
    }
    case 'refused': return { type: 'PricingRefused', value: refused(orderId, quote.refusal, { revision: quote.revision, records: quote.records }) };
    case 'released': {
      const detail = 'the price of this order was taken back; what is undone stays undone';
      return { type: 'PricingRefused', value: refused(orderId, { reason: 'withdrawn', detail, appealable: false }, { revision: asked }) };
    }
    default: return never(quote);
  }
}

function refused(orderId: string, { evidence, ...refusal }: Refusal, { revision, records = [] }: { readonly revision: number; readonly records?: readonly PricingRecord[] }): PricingRefused {
  return { orderId, ...refusal, revision, decisions: told(records), evidence: evidence ? [evidence] : [] };
}

/** What all goods of an order cost the company; null where that is not known of one, or no lines were kept. */
function costOf(lines: readonly PricedLine[]): Fen | null {
  if (lines.length === 0) return null;
  const sum = lines.reduce<bigint | null>((so, { quantity, unitCost }) => (so === null || unitCost === null ? null : so + BigInt(quantity) * unitCost), 0n);
  return sum === null ? null : fen(sum);
}

/** Where no rule held there is nothing to tell. */
const told = (records: readonly PricingRecord[]): readonly ToldDecision[] => records.filter(({ rule }) => rule !== null).flatMap((record) => toldOf({ name: record.point }, record));
