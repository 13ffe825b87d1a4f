import { fen } from '@order-mesh/kernel';
import { hasRoom, type Claim } from './budget.ts';
import { isFirst } from './customer.ts';
import { Desk } from './desk.ts';
import { offOrder, rebateOn } from './given.ts';
import type { Asked, Circumstances } from './pricing-rules.ts';
import type { Price, Refusal } from './quote.ts';

export interface WorkedOut {
  readonly price: Price;
  /** The promotion that the order would have had, if its budget had room. */
  readonly missed: Claim | null;
  /** What stands against the order; an approval overturns what is appealable. */
  readonly against: Refusal | null;
}

/**
 * Works out what an order costs by the rules in force: off each line what `price` says, off the order one promotion, off what is left the rebate. Exact to the fen; a discount that is a part is rounded
 * down, no line costs less than its floor, than what keeps its least margin, or than nothing, and a promotion whose budget has no room for all it takes off takes nothing off.
 */
export function workOut(asked: Asked, circumstances: Circumstances): WorkedOut {
  const desk = new Desk(asked, circumstances);
  const { customer, costOf } = circumstances;
  const { customerId, region, lines } = asked;
  const common = { customerId, region };
  const { tier = '' } = desk.ask('tier', { ...common, turnover: customer.amount, orders: customer.orders }).said;
  const known = { ...common, tier };
  desk.priceLines(known);

  const quantity = lines.reduce((sum, line) => sum + line.quantity, 0);
  const isFirstOrder = isFirst(customer, asked.orderId);
  const { claim, missed } = promoted(desk, { ...known, isFirstOrder, amount: desk.left, lines: lines.length, quantity }, circumstances);

  const rebated = desk.ask('rebate', { ...known, turnover: customer.amount + desk.left, amount: desk.left });
  const back = desk.share(rebateOn(rebated.said, desk.left));
  desk.tellCut(rebated, back.cut);
  desk.take(rebated, back.shares);

  const against = desk.reviewed(known, { lines: lines.length, quantity });
  const { discounts, cuts, records } = desk;
  const price: Price = {
    content: asked.content, listAmount: asked.amount, amount: fen(desk.left), discounts, cuts, claim, isFirst: isFirstOrder, records,
    lines: lines.map(({ sku, quantity: units, unitPrice }) => ({ sku, quantity: units, unitPrice, unitCost: costOf(sku) })),
  };
  return { price, missed, against };
}

/** Takes one promotion off the order, if its budget has room for all of what lines can bear. */
function promoted(desk: Desk, facts: Parameters<Desk['ask']>[1], { budgetOf }: Circumstances): { readonly claim: Claim | null; readonly missed: Claim | null } {
  const offered = desk.ask('promotion', facts);
  const budget = BigInt(Number(offered.said['budget'] ?? 0));
  const { shares, sum, cut } = desk.share(offOrder(offered.said, desk.left));
  const claim: Claim | null = offered.rule !== null && sum > 0n ? { rule: offered.rule, amount: sum, budget } : null;
  if (claim !== null && !hasRoom(budgetOf(claim.rule), claim)) return { claim: null, missed: claim };
  desk.tellCut(offered, cut);
  desk.take(offered, shares);
  return { claim, missed: null };
}
