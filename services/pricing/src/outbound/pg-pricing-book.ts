import { ordersPlacedIn, type ReadAhead, type Transaction } from '@order-mesh/messaging';
import { identityMap } from '@order-mesh/platform';
import type { Budget } from '../domain/budget.ts';
import type { Customer } from '../domain/customer.ts';
import type { Quote } from '../domain/quote.ts';
import type { PricingBook, PricingKeys, ProductCost } from '../usecases/ports.ts';
import { loadBudgets, saveBudgets } from './pg-budgets.ts';
import { loadCosts, saveCosts } from './pg-costs.ts';
import { loadCustomers, saveCustomers } from './pg-customers.ts';
import { loadQuotes, saveQuotes } from './pg-quotes.ts';

/** The pricing book in PostgreSQL, schema `pricing`. */
export const pgPricingBook: PricingBook = {
  async load(tx, keys) {
    await customers.arrived(tx);
    const unseen: PricingKeys = { customerIds: customers.unseen(tx, keys.customerIds), orderIds: quotes.unseen(tx, keys.orderIds) };
    if (unseen.customerIds.length + unseen.orderIds.length > 0) {
      // Where rows are locked that comes first: whatever is read after can no longer change under us. PostgreSQL takes the statements in this order.
      const [foundCustomers, foundQuotes] = await Promise.all([loadCustomers(tx, unseen), loadQuotes(tx, unseen.orderIds), unseen.orderIds.length > 0 && readBudgets(tx)]);
      customers.adopt(tx, [...unseen.customerIds, ...foundCustomers.keys()], foundCustomers);
      quotes.adopt(tx, unseen.orderIds, foundQuotes);
    }
    const seen = quotes.seen(tx, keys.orderIds);
    const behind = [...seen.values()].flatMap((quote) => (quote.status === 'released' ? [] : [quote.customerId]));
    return { quotes: seen, customers: customers.seen(tx, [...keys.customerIds, ...behind]) };
  },
  async budgets(tx, rules) {
    await readBudgets(tx);
    return budgets.seen(tx, rules);
  },
  async costs(tx, skus) {
    const known = await costs.read(tx, skus, (missing) => loadCosts(tx, missing));
    return new Map([...known.values()].flatMap(({ sku, unitCost }) => (unitCost === null ? [] : [[sku, unitCost] as const])));
  },
  async learnCosts(tx, learned) {
    costs.write(tx, learned.map((cost) => [cost.sku, cost]));
  },
  async save(tx, changes) {
    customers.write(tx, changes.customers.map((customer) => [customer.customerId, customer]));
    quotes.write(tx, changes.quotes.map((quote) => [quote.orderId, quote]));
    budgets.write(tx, changes.budgets.map((budget) => [budget.rule, budget]));
  },
};

/** Reads the customers whose orders are only being placed, and what is ordered. */
export const readPricesAhead: ReadAhead = (batch, tx) => {
  const placed = ordersPlacedIn(batch);
  customers.ahead(tx, pgPricingBook.load(tx, { customerIds: placed.map(({ customerId }) => customerId), orderIds: placed.map(({ orderId }) => orderId) }));
  costs.ahead(tx, pgPricingBook.costs(tx, placed.flatMap(({ lines }) => lines.map(({ sku }) => sku))));
};

const customers = identityMap<Customer>(saveCustomers, { when: { lastAs: 'pricing.customer' } });
const quotes = identityMap<Quote>(saveQuotes, { when: 'commit', keepsPassed: true });
const budgets = identityMap<Budget>(saveBudgets, { when: { lastAs: 'pricing.budget' } });

const costs = identityMap<ProductCost>((tx, changes) => saveCosts(tx, changes.map(({ row }) => row)), { when: { lastAs: 'pricing.product' } });

/** Stands for all of them: adopted, nothing of the table is unseen. */
const EVERY = '';

async function readBudgets(tx: Transaction): Promise<void> {
  if (budgets.unseen(tx, [EVERY]).length === 0) return;
  const found = await loadBudgets(tx);
  budgets.adopt(tx, [EVERY, ...found.keys()], found);
}
