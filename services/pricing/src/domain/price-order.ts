import { giveBack, hasRoom, spend, stop, type Budget, type BudgetOf, type Claim } from './budget.ts';
import { strange, type Customer } from './customer.ts';
import type { Price, PricedQuote, Quote, Refusal } from './quote.ts';
import type { Asked, Circumstances } from './pricing-rules.ts';
import { workOut } from './work-out.ts';

/** What a decision changes; customer and budgets are absent where they stay as they are. */
export interface Change {
  readonly quote: Quote;
  readonly customer?: Customer;
  readonly budgets?: readonly Budget[];
  /** The order was to be amended and may not: what it cost before stands. */
  readonly refusal?: Refusal;
  /** A promotion has just stopped for want of budget. */
  readonly stopped?: Budget;
}

/** What an order was, and is to be, decided on. */
export interface Books {
  readonly customer: Customer | undefined;
  readonly budgetOf: BudgetOf;
}

/** Prices of before that are kept for an order: it goes back to the last one, and to none before it. */
const MOST_EARLIER = 3;

/** Answers an ask for a price. Asked again it changes nothing, unless it brings an approval that a refusal has not seen, or the order was amended. */
export function priceOrder(known: Quote | undefined, books: Books, asked: Asked, terms: Pick<Circumstances, 'now' | 'rules' | 'costOf'>): Change {
  if (known && (known.status === 'released' || !isNew(known, asked))) return { quote: known };
  const freed = known ? without(books, known) : books;
  const before = pricesOf(known);
  // asked for what it was before, it costs what it did, whatever the rules say by now
  const kept = before.find(({ content }) => content === asked.content);
  if (kept) return settle(known, freed, { asked, price: kept, refusal: roomFor(kept, freed) });
  const circumstances = { ...terms, customer: freed.customer ?? strange(asked.customerId), budgetOf: freed.budgetOf };
  const { price, missed, against } = workOut(asked, circumstances);
  const isOverturned = against?.appealable === true && (asked.approvalId ?? approvalOf(known)) !== null;
  return settle(known, freed, { asked, price, missed, refusal: isOverturned ? null : against });
}

/** Takes the price of an order back; an order that never asked is remembered as released. */
export function releasePrice(known: Quote | undefined, books: Books, orderId: string): Change {
  const quote: Quote = { status: 'released', orderId };
  if (known?.status !== 'priced') return { quote };
  const { customer, budgetOf } = without(books, known);
  const { claim } = known.price;
  // another order may be its first now
  const freed = customer?.firstOrder === orderId ? { ...customer, firstOrder: null } : customer;
  return { quote, ...(freed && { customer: freed }), budgets: claim ? [budgetOf(claim.rule)] : [] };
}

interface Outcome {
  readonly asked: Asked;
  readonly price: Price;
  readonly missed?: Claim | null;
  readonly refusal: Refusal | null;
}

function settle(known: Quote | undefined, { customer, budgetOf }: Books, { asked, price, missed, refusal }: Outcome): Change {
  const { orderId, customerId, revision, startedAt } = asked;
  const common = { orderId, customerId, revision, startedAt, approvalId: asked.approvalId ?? approvalOf(known) };
  if (refusal && known?.status === 'priced') return { quote: known, refusal };
  if (refusal) return { quote: { ...common, status: 'refused', refusal, records: price.records } };
  const quote: PricedQuote = { ...common, status: 'priced', price, earlier: pricesOf(known).filter(({ content }) => content !== price.content).slice(0, MOST_EARLIER) };
  const given = known?.status === 'priced' && known.price.claim ? [budgetOf(known.price.claim.rule)] : [];
  const taken = price.claim ? [spend(budgetOf(price.claim.rule), price.claim)] : [];
  const stopped = missed && isNews(budgetOf(missed.rule), missed) ? [stop(budgetOf(missed.rule), missed)] : [];
  const budgets = new Map([...given, ...taken, ...stopped].map((budget) => [budget.rule, budget]));
  return { quote, customer: withPrice(customer ?? strange(customerId), orderId, price), budgets: [...budgets.values()], ...(stopped[0] && { stopped: stopped[0] }) };
}

const isNews = ({ isStopped, budget }: Budget, missed: Claim): boolean => !isStopped || budget !== missed.budget;

function roomFor({ claim }: Price, { budgetOf }: Books): Refusal | null {
  if (!claim || hasRoom(budgetOf(claim.rule), claim)) return null;
  return { reason: 'promotion-ended', detail: `the budget of promotion ${claim.rule} was taken by others meanwhile`, appealable: false };
}

const withPrice = (customer: Customer, orderId: string, { amount, isFirst }: Price): Customer =>
  ({ ...customer, orders: customer.orders + 1, amount: customer.amount + amount, firstOrder: isFirst ? orderId : customer.firstOrder });

/** The books as if the order had no price. */
function without(books: Books, known: Quote): Books {
  if (known.status !== 'priced') return books;
  const { price: { amount, claim } } = known;
  const { customer, budgetOf } = books;
  return {
    customer: customer && { ...customer, orders: customer.orders - 1, amount: customer.amount - amount },
    budgetOf: (rule) => (claim?.rule === rule ? giveBack(budgetOf(rule), claim) : budgetOf(rule)),
  };
}

function isNew(known: Exclude<Quote, { readonly status: 'released' }>, { revision, approvalId }: Asked): boolean {
  if (revision > known.revision) return true;
  return known.status === 'refused' && revision === known.revision && approvalId !== null && approvalId !== known.approvalId;
}

const pricesOf = (known: Quote | undefined): readonly Price[] => (known?.status === 'priced' ? [known.price, ...known.earlier] : []);

const approvalOf = (known: Quote | undefined): string | null => (known && known.status !== 'released' ? known.approvalId : null);
