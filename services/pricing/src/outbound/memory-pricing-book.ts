import { MeshError, pick } from '@order-mesh/kernel';
import type { Budget } from '../domain/budget.ts';
import type { Customer } from '../domain/customer.ts';
import type { Quote } from '../domain/quote.ts';
import type { PricingBook } from '../usecases/ports.ts';

/** A pricing book in memory, as strict as the tables: for tests. */
export function memoryPricingBook(): PricingBook {
  const customers = new Map<string, Customer>();
  const quotes = new Map<string, Quote>();
  const budgets = new Map<string, Budget>();
  const costs = new Map<string, bigint>();
  const behind = (orderId: string): readonly string[] => {
    const quote = quotes.get(orderId);
    return quote && quote.status !== 'released' ? [quote.customerId] : [];
  };
  return {
    load: async (_tx, { customerIds, orderIds }) => ({ customers: pick(customers, [...customerIds, ...orderIds.flatMap(behind)]), quotes: pick(quotes, orderIds) }),
    budgets: async (_tx, rules) => pick(budgets, rules),
    costs: async (_tx, skus) => pick(costs, skus),
    async learnCosts(_tx, learned) {
      for (const { sku, unitCost } of learned) {
        if (unitCost === null) costs.delete(sku);
        else costs.set(sku, unitCost);
      }
    },
    async save(_tx, changes) {
      for (const customer of changes.customers) {
        if (customer.orders < 0) throw broken(`customer ${customer.customerId} has ${customer.orders} orders`);
        customers.set(customer.customerId, customer);
      }
      for (const quote of changes.quotes) {
        if (quote.status === 'priced' && quote.price.amount > quote.price.listAmount) throw broken(`order ${quote.orderId} costs more than its list prices`);
        quotes.set(quote.orderId, quote);
      }
      for (const budget of changes.budgets) budgets.set(budget.rule, budget);
    },
  };
}

const broken = (advice: string): MeshError => new MeshError('BROKEN_PROMISE', { advice });
