import type { LineDiscount, OrderLine, PriceOrder } from '@order-mesh/contracts';
import { fen, yuanFromFen, type Instant } from '@order-mesh/kernel';
import { customerTier, decideOn, factsFor, orderAnomaly, price as linePrice, promotion, rebate, type CompiledRules, type Value } from '@order-mesh/rules';
import { hasRoom, type BudgetOf, type Claim } from './budget.ts';
import { isFirst, usualAmount, type Customer } from './customer.ts';
import { offLine, offOrder, rebateOn } from './given.ts';
import type { Price, PricingRecord, Refusal } from './quote.ts';
import { shareOut } from './share.ts';

/** The points at which a price is decided. */
export const pricingPoints = { tier: customerTier, price: linePrice, promotion, rebate, anomaly: orderAnomaly } as const;

/** Rules by point, the same for a whole transaction. */
export type PricingRules = { readonly [Point in keyof typeof pricingPoints]: Pick<CompiledRules, 'decide' | 'set'> };

export interface Circumstances {
  readonly now: Instant;
  readonly rules: PricingRules;
  /** Without the order itself. */
  readonly customer: Customer;
  /** Without the order itself. */
  readonly budgetOf: BudgetOf;
}

/** An ask for a price, with what names its content: asked for the same again, an order costs the same. */
export type Asked = PriceOrder & { readonly content: string };

export interface WorkedOut {
  readonly price: Price;
  /** The promotion that the order would have had, if its budget had room. */
  readonly missed: Claim | null;
  /** What stands against the order; an approval overturns what is appealable. */
  readonly against: Refusal | null;
}

/** From this quantity on U8's price of a unit, six decimals, is too coarse for any amount of a line: only whole fen a unit are taken off. */
const COARSE_FROM = 10_000;
const HUNDRED_PERCENT = 10_000n;

/** What a line still costs, and what it has to. */
interface Line {
  readonly line: OrderLine;
  readonly left: bigint;
  readonly floor: bigint;
}

/**
 * Works out what an order costs by the rules in force: off each line what `price` says, off the order one promotion, off what is left the rebate. Exact to the fen; a discount that is a part is rounded
 * down, no line costs less than its floor or than nothing, and a promotion whose budget has no room for all it takes off takes nothing off.
 */
export function workOut(asked: Asked, circumstances: Circumstances): WorkedOut {
  const desk = new Desk(asked, circumstances);
  const { customer, budgetOf } = circumstances;
  const { customerId, region, lines } = asked;
  const common = { customerId, region };
  const { tier = '' } = desk.ask('tier', { ...common, turnover: customer.amount, orders: customer.orders }).said;
  const known = { ...common, tier };
  desk.priceLines(known);

  const quantity = lines.reduce((sum, line) => sum + line.quantity, 0);
  const isFirstOrder = isFirst(customer, asked.orderId);
  const offered = desk.ask('promotion', { ...known, isFirstOrder, amount: desk.left, lines: lines.length, quantity });
  const budget = Number(offered.said['budget'] ?? 0);
  const wanted = desk.share(offOrder(offered.said, desk.left));
  const claim: Claim | null = offered.rule !== null && wanted.sum > 0n ? { rule: offered.rule, amount: wanted.sum, budget: BigInt(budget) } : null;
  const isGiven = claim !== null && hasRoom(budgetOf(claim.rule), claim);
  if (isGiven) desk.take(offered, wanted.shares);

  const turnover = customer.amount + desk.left;
  const rebated = desk.ask('rebate', { ...known, turnover, amount: desk.left });
  desk.take(rebated, desk.share(rebateOn(rebated.said, desk.left)).shares);

  const against = desk.reviewed(known, { lines: lines.length, quantity });
  const price: Price = {
    content: asked.content, listAmount: asked.amount, amount: fen(desk.left), discounts: desk.discounts, claim: isGiven ? claim : null, isFirst: isFirstOrder, records: desk.records,
  };
  return { price, missed: claim !== null && !isGiven ? claim : null, against };
}

type Facts = Readonly<Record<string, Value | bigint>>;

/** The order on the desk: what each line still costs, and what was decided so far. */
class Desk {
  readonly records: PricingRecord[] = [];
  readonly discounts: LineDiscount[] = [];
  readonly #asked: PriceOrder;
  readonly #circumstances: Circumstances;
  #lines: Line[];

  constructor(asked: PriceOrder, circumstances: Circumstances) {
    this.#asked = asked;
    this.#circumstances = circumstances;
    this.#lines = asked.lines.map((line) => ({ line, left: line.amount, floor: 0n }));
  }

  /** What is to be paid as far as it was decided. */
  get left(): bigint {
    return this.#lines.reduce((sum, { left }) => sum + left, 0n);
  }

  ask(at: keyof PricingRules, given: Facts): PricingRecord {
    const record = this.#decide(at, given);
    this.records.push(record);
    return record;
  }

  /** Takes off each line what the rules of `price` say. Lines about which they say nothing leave no record. */
  priceLines(known: Facts): void {
    this.#lines = this.#lines.map((one) => {
      const { line } = one;
      const record = this.#decide('price', { ...known, sku: line.sku, quantity: line.quantity, unitPrice: line.unitPrice });
      if (record.rule === null) return one;
      this.records.push(record);
      const priced = { line, left: one.left, floor: roundedUp(line.amount * BigInt(Number(record.said['floor'] ?? 0)), HUNDRED_PERCENT) };
      const [share = 0n] = shareOut(offLine(record.said, line), [bearingOf(priced)]);
      return this.#off(priced, share, record);
    });
  }

  share(amount: bigint): { readonly shares: readonly bigint[]; readonly sum: bigint } {
    const shares = shareOut(amount, this.#lines.map(bearingOf));
    return { shares, sum: shares.reduce((sum, share) => sum + share, 0n) };
  }

  take(record: PricingRecord, shares: readonly bigint[]): void {
    this.#lines = this.#lines.map((line, index) => this.#off(line, shares[index] ?? 0n, record));
  }

  /** What the rules of anomalies have against the order as it is priced now. */
  reviewed(known: Facts, { lines, quantity }: { readonly lines: number; readonly quantity: number }): Refusal | null {
    const { left } = this;
    const usual = usualAmount(this.#circumstances.customer);
    const list = this.#asked.amount;
    const record = this.ask('anomaly', {
      ...known, amount: left, lines, quantity, mostOfALine: Math.max(0, ...this.#asked.lines.map((line) => line.quantity)), usualAmount: usual,
      times: usual > 0n ? (left * 100n) / usual : 0n, discount: list > 0n ? ((list - left) * HUNDRED_PERCENT) / list : 0n,
    });
    const { verdict, because } = record.said;
    if (verdict !== 'ask' && verdict !== 'refuse') return null;
    const usually = usual > 0n ? `, its orders come to ${yuanFromFen(fen(usual))} yuan on average` : '';
    return { reason: String(because), detail: `rule ${record.rule ?? ''}: ${yuanFromFen(fen(left))} yuan instead of ${yuanFromFen(list)} for ${quantity} units${usually}`, appealable: verdict === 'ask' };
  }

  #decide(at: keyof PricingRules, given: Facts): PricingRecord {
    const { rules, now } = this.#circumstances;
    const point = pricingPoints[at];
    return { ...decideOn(rules[at], factsFor(point, given), { now, placedAt: this.#asked.startedAt, about: this.#asked.orderId }), point: point.name };
  }

  #off(line: Line, amount: bigint, { point, rule, title }: PricingRecord): Line {
    if (amount === 0n || rule === null) return line;
    this.discounts.push({ lineNo: line.line.lineNo, amount: fen(amount), point, rule, title: title ?? rule });
    return { ...line, left: line.left - amount };
  }
}

const bearingOf = ({ line, left, floor }: Line): { readonly most: bigint; readonly step: bigint } =>
  ({ most: left > floor ? left - floor : 0n, step: line.quantity >= COARSE_FROM ? BigInt(line.quantity) : 1n });

const roundedUp = (value: bigint, divisor: bigint): bigint => (value + divisor - 1n) / divisor;
