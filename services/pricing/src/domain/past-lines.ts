import { marginOf } from '@order-mesh/kernel';
import { customerTier, factsFor, price, type Value, type Values } from '@order-mesh/rules';
import type { PricedLine, PricingRecord } from './quote.ts';

/** What was said of one line, and on which facts. */
export type SaidOfLine = Pick<PricingRecord, 'facts' | 'moment' | 'said' | 'rule'>;

/**
 * What the rules of `price` said of each line of an order: the records that are kept, and for every other line that no rule held. Alike lines were decided alike. Without lines, those alone that are kept.
 */
export function pastLines(lines: readonly PricedLine[], records: readonly PricingRecord[]): readonly SaidOfLine[] {
  const kept = records.filter(({ point }) => point === price.name);
  const tier = records.find(({ point }) => point === customerTier.name);
  if (!tier || lines.length === 0) return kept;
  const known = new Map(kept.map((record) => [keyOf(record.facts), record]));
  const common = { customerId: tier.facts['customerId'] ?? '', region: tier.facts['region'] ?? '', tier: tier.said['tier'] ?? '' };
  return lines.map((line) => {
    const facts = factsFor(price, { ...common, ...factsOf(line) });
    return known.get(keyOf(facts)) ?? { facts, moment: tier.moment, said: price.otherwise ?? {}, rule: null };
  });
}

function factsOf({ sku, quantity, unitPrice, unitCost }: PricedLine): Readonly<Record<string, Value | bigint>> {
  const units = BigInt(quantity);
  return { sku, quantity, unitPrice, ...(unitCost !== null && { margin: marginOf(units * unitPrice, units * unitCost) }) };
}

const keyOf = ({ sku, quantity, unitPrice }: Values): string => JSON.stringify([sku, quantity, unitPrice]);

/** What all lines cost the company, in fen; undefined where that is not known of one. */
export function costOfLines(lines: readonly PricedLine[]): bigint | undefined {
  if (lines.length === 0) return undefined;
  return lines.reduce<bigint | undefined>((sum, { quantity, unitCost }) => (sum === undefined || unitCost === null ? undefined : sum + BigInt(quantity) * unitCost), 0n);
}
