import type { PlanDelivery } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import { carrierChoice, decideOn, factsFor, type CompiledRules, type DecisionRecord } from '@order-mesh/rules';

/** Every product of a carrier that a rule may name. */
export const carrierProducts = ['express', 'standard', 'heavy', 'freight'] as const;
export type CarrierProduct = (typeof carrierProducts)[number];

/** How an order travels. */
export interface Way {
  readonly product: CarrierProduct;
  /** For the value of the goods. */
  readonly insured: boolean;
}

/** How orders travelled before rules were asked. */
export const usualWay: Way = { product: 'express', insured: false };

/** Puts an order to the rules of `carrier-choice`. */
export function decideWay(rules: CompiledRules, { orderId, customerId, shipTo, lines, startedAt }: PlanDelivery, now: Instant): DecisionRecord {
  const facts = {
    customerId, province: provinceOf(shipTo.region), city: shipTo.city.trim().replace(/(?<=..)市$/u, ''), lines: lines.length,
    pieces: lines.reduce((sum, { quantity }) => sum + quantity, 0), value: valueOf(lines),
  };
  return decideOn(rules, factsFor(carrierChoice, facts), { now, placedAt: startedAt, about: orderId });
}

/** The way that was decided on. */
export function wayOf(record: DecisionRecord | null): Way {
  const { product, insured } = record?.said ?? {};
  return { product: carrierProducts.find((one) => one === product) ?? usualWay.product, insured: insured === true };
}

/** What goods are worth, in fen. */
export const valueOf = (lines: PlanDelivery['lines']): bigint => lines.reduce((sum, { amount }) => sum + amount, 0n);

const KIND = /(?<=..)(省|市|(维吾尔|壮族|回族)?自治区|特别行政区)$/u;

/** A province as rules name it: 江苏 for 江苏省, 新疆 for 新疆维吾尔自治区. */
export const provinceOf = (region: string): string => region.trim().replace(KIND, '');
