import type { TopicMessages } from '@order-mesh/contracts';
import { fen, never } from '@order-mesh/kernel';
import { draftOf, type Draft, type Received, type Unit } from '@order-mesh/messaging';
import type { RuleBook } from '@order-mesh/rulebook';
import { untouched, type Budget } from '../domain/budget.ts';
import type { Customer } from '../domain/customer.ts';
import { priceOrder, releasePrice, type Books, type Change } from '../domain/price-order.ts';
import { answerOf, type Quote } from '../domain/quote.ts';
import type { CostOf } from '../domain/margin.ts';
import { pricingPoints, type PricingRules } from '../domain/pricing-rules.ts';
import { contentOf } from './content.ts';
import type { Ports } from './ports.ts';

export type PricingCommand = Received<TopicMessages['pricing.commands.v1']>;
export type AnswerPricing = ReturnType<typeof answerPricing>;

/** Gives orders their prices and takes them back, in the order asked; each ask and each undo is answered. */
export const answerPricing = (ports: Ports) => async (batch: readonly PricingCommand[], unit: Unit): Promise<void> => {
  const { book, log } = ports;
  const { page, rules, costOf } = await openPage(ports, unit, batch);
  for (const message of batch) {
    const { orderId } = message.value;
    const known = page.quotes.get(orderId);
    switch (message.type) {
      case 'PriceOrder': {
        const change = priceOrder(known, booksFor(page, known, message.value.customerId), { ...message.value, content: contentOf(message.value) }, { now: unit.now, rules, costOf });
        write(page, known, change);
        const answer = answerOf(change.quote, message.value.revision, change.refusal ?? null);
        unit.send(answer, message);
        if (change.stopped) tellStopped(change.stopped, { rules, unit, message });
        log.info(answer.type === 'OrderPriced' ? 'order priced' : 'price refused', { orderId, ...(answer.type === 'PricingRefused' && { reason: answer.value.reason }) });
        break;
      }
      case 'ReleasePrice':
        write(page, known, releasePrice(known, booksFor(page, known, ''), orderId));
        unit.send({ type: 'PriceReleased', value: { orderId } }, message);
        log.info('price released', { orderId });
        break;
      default: never(message);
    }
  }
  await book.save(unit.tx, { customers: page.customers.written(), quotes: page.quotes.written(), budgets: page.budgets.written() });
};

interface Page {
  readonly customers: Draft<Customer>;
  readonly quotes: Draft<Quote>;
  readonly budgets: Draft<Budget>;
}

interface Opened {
  readonly page: Page;
  readonly rules: PricingRules;
  readonly costOf: CostOf;
}

async function openPage({ book, rules: ruleBook }: Ports, { tx }: Unit, batch: readonly PricingCommand[]): Promise<Opened> {
  const customerIds = batch.flatMap((message) => (message.type === 'PriceOrder' ? [message.value.customerId] : []));
  const skus = new Set(batch.flatMap((message) => (message.type === 'PriceOrder' ? message.value.lines.map(({ sku }) => sku) : [])));
  // asked for together, they travel together
  const [{ customers, quotes }, rules, costs] = await Promise.all([
    book.load(tx, { customerIds, orderIds: batch.map(({ value }) => value.orderId) }), rulesIn(ruleBook, tx), book.costs(tx, [...skus]),
  ]);
  const claimed = [...quotes.values()].flatMap((quote) => (quote.status === 'priced' ? [quote.price, ...quote.earlier] : [])).flatMap(({ claim }) => (claim ? [claim.rule] : []));
  const budgets = await book.budgets(tx, [...new Set([...claimed, ...rules.promotion.set.rules.map(({ id }) => id)])]);
  return { page: { customers: draftOf(customers), quotes: draftOf(quotes), budgets: draftOf(budgets) }, rules, costOf: (sku) => costs.get(sku) ?? null };
}

async function rulesIn(book: RuleBook, tx: Unit['tx']): Promise<PricingRules> {
  const { tier, price, guard, promotion, rebate, anomaly } = pricingPoints;
  const [atTier, atPrice, atGuard, atPromotion, atRebate, atAnomaly] = await Promise.all([
    book.at(tx, tier), book.at(tx, price), book.at(tx, guard), book.at(tx, promotion), book.at(tx, rebate), book.at(tx, anomaly),
  ]);
  return { tier: atTier, price: atPrice, guard: atGuard, promotion: atPromotion, rebate: atRebate, anomaly: atAnomaly };
}

function booksFor(page: Page, known: Quote | undefined, asking: string): Books {
  const customerId = known && known.status !== 'released' ? known.customerId : asking;
  return { customer: page.customers.get(customerId), budgetOf: (rule) => page.budgets.get(rule) ?? untouched(rule) };
}

function write(page: Page, known: Quote | undefined, { quote, customer, budgets = [] }: Change): void {
  if (quote !== known) page.quotes.put(quote.orderId, quote);
  if (customer) page.customers.put(customer.customerId, customer);
  for (const budget of budgets) page.budgets.put(budget.rule, budget);
}

interface Cause {
  readonly rules: PricingRules;
  readonly unit: Unit;
  readonly message: PricingCommand;
}

function tellStopped({ rule, budget, spent }: Budget, { rules, unit, message }: Cause): void {
  const { title = rule } = rules.promotion.set.rules.find(({ id }) => id === rule) ?? {};
  unit.send({ type: 'BudgetExhausted', value: { orderId: message.value.orderId, rule, title, budget: fen(budget), spent: fen(spent), at: unit.now } }, message);
}
