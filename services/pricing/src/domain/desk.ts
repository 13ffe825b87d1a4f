import type { DiscountCut, LineDiscount, OrderLine } from '@order-mesh/contracts';
import { fen, marginOf, yuanFromFen } from '@order-mesh/kernel';
import { decideOn, factsFor, type Value } from '@order-mesh/rules';
import { usualAmount } from './customer.ts';
import { offLine } from './given.ts';
import { bearingOf, cutOf, higher, leastPart, leastPrice, NO_FLOOR, type Cut, type Floor, type Line } from './margin.ts';
import type { PricingRecord, Refusal } from './quote.ts';
import { pricingPoints, type Asked, type Circumstances, type PricingRules } from './pricing-rules.ts';
import { shareOut } from './share.ts';

const HUNDRED_PERCENT = 10_000n;

export type Facts = Readonly<Record<string, Value | bigint>>;

/** What lines can bear of an amount, and what their floors cut. */
export interface Shared {
  readonly shares: readonly bigint[];
  readonly sum: bigint;
  readonly cut: Cut;
}

/** The order on the desk: what each line still costs, and what was decided so far. */
export class Desk {
  readonly records: PricingRecord[] = [];
  readonly discounts: LineDiscount[] = [];
  readonly cuts: DiscountCut[] = [];
  readonly #asked: Asked;
  readonly #circumstances: Circumstances;
  #lines: readonly Line[];

  constructor(asked: Asked, circumstances: Circumstances) {
    this.#asked = asked;
    this.#circumstances = circumstances;
    this.#lines = asked.lines.map((line) => ({ line, left: line.amount, cost: costOfAll(line, circumstances), floor: NO_FLOOR }));
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
      const { line, cost } = one;
      const facts = { ...known, sku: line.sku, quantity: line.quantity, unitPrice: line.unitPrice, ...(cost !== null && { margin: marginOf(line.amount, cost) }) };
      const record = this.#decide('price', facts);
      if (record.rule !== null) this.records.push(record);
      const priced = { ...one, floor: higher(floorOf(record, leastPart(line.amount, whole(record, 'floor'))), this.#guarded(cost, facts)) };
      if (record.rule === null) return priced;
      const wanted = offLine(record.said, line);
      const [share = 0n] = shareOut(wanted, [bearingOf(priced)]);
      this.tellCut(record, cutOf(wanted, [priced]), line.lineNo);
      return this.#off(priced, share, record);
    });
  }

  share(amount: bigint): Shared {
    const shares = shareOut(amount, this.#lines.map(bearingOf));
    return { shares, sum: shares.reduce((sum, share) => sum + share, 0n), cut: cutOf(amount, this.#lines) };
  }

  take(record: PricingRecord, shares: readonly bigint[]): void {
    this.#lines = this.#lines.map((line, index) => this.#off(line, shares[index] ?? 0n, record));
  }

  /** Tells what a rule may not take off, and keeps the decisions that say so. */
  tellCut({ point, rule, title }: PricingRecord, { amount, keptBy }: Cut, lineNo: number | null = null): void {
    if (amount === 0n || rule === null) return;
    this.cuts.push({ lineNo, amount: fen(amount), point, rule, title: title ?? rule, keptBy: [...new Set(keptBy.map((record) => record.title ?? record.rule ?? ''))] });
    this.records.push(...keptBy.filter((record) => !this.records.includes(record)));
  }

  /** What the rules of anomalies have against the order as it is priced now. */
  reviewed(known: Facts, { lines, quantity }: { readonly lines: number; readonly quantity: number }): Refusal | null {
    const { left } = this;
    const usual = usualAmount(this.#circumstances.customer);
    const list = this.#asked.amount;
    const cost = this.#cost();
    const record = this.ask('anomaly', {
      ...known, amount: left, lines, quantity, mostOfALine: Math.max(0, ...this.#asked.lines.map((line) => line.quantity)), usualAmount: usual,
      times: usual > 0n ? (left * 100n) / usual : 0n, discount: list > 0n ? ((list - left) * HUNDRED_PERCENT) / list : 0n, discountAmount: list - left, ...(cost !== null && { margin: marginOf(left, cost) }),
    });
    const { verdict, because } = record.said;
    if (verdict !== 'ask' && verdict !== 'refuse') return null;
    const usually = usual > 0n ? `, its orders come to ${yuanFromFen(fen(usual))} yuan on average` : '';
    return {
      reason: String(because), detail: `rule ${record.rule ?? ''}: ${yuanFromFen(fen(left))} yuan instead of ${yuanFromFen(list)} for ${quantity} units${usually}`, appealable: verdict === 'ask',
      evidence: { listAmount: list, amount: fen(left), cost: cost === null ? null : fen(cost) },
    };
  }

  /** What all goods cost the company; null where that is not known of one. */
  #cost(): bigint | null {
    return this.#lines.reduce<bigint | null>((sum, { cost }) => (sum === null || cost === null ? null : sum + cost), 0n);
  }

  #guarded(cost: bigint | null, facts: Facts): Floor {
    if (cost === null) return NO_FLOOR;
    const record = this.#decide('guard', facts);
    const least = whole(record, 'least');
    return least === 0n ? NO_FLOOR : floorOf(record, leastPrice(cost, least));
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

function costOfAll({ sku, quantity }: OrderLine, { costOf }: Circumstances): bigint | null {
  const unit = costOf(sku);
  return unit === null ? null : unit * BigInt(quantity);
}

const floorOf = (keptBy: PricingRecord, least: bigint): Floor => (least === 0n ? NO_FLOOR : { least, keptBy });

const whole = ({ said }: PricingRecord, name: string): bigint => BigInt(Number(said[name] ?? 0));
