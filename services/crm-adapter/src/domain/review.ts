import { fen, fenFromYuan, MAX_FEN, yuanFromFen, type Fen } from '@order-mesh/kernel';
import type { MessageOf, OrderLine, Policy } from '@order-mesh/contracts';
import type { CrmLine, CrmOrder } from './crm-order.ts';

export type Reviewed = MessageOf<'OrderPlaced'> | MessageOf<'OrderUnacceptable'>;

export const SOURCE = 'salesforce';

/** Lets an activated order into the mesh, or says in words everything that is wrong with it. Total: whatever the CRM holds gets an answer. */
export function reviewOrder(order: CrmOrder, { maxLines }: Policy['order']): Reviewed {
  const placedAt = order.activatedAt ?? order.changedAt;
  const identity = { orderId: order.orderId, source: SOURCE, externalId: order.orderId };
  const lines = order.lineCount > maxLines ? [] : order.lines.map(reviewLine);
  const good = lines.filter((line) => line.type === 'good').map(({ line }) => line);
  const amount = good.reduce((sum, line) => sum + line.amount, 0n);
  const faults = [...faultsOfHead(order, maxLines), ...lines.flatMap((line) => (line.type === 'bad' ? line.faults : []))];
  if (faults.length === 0) faults.push(...faultsOfAmount(amount));
  const customerId = tidy(order.customerId);
  if (faults.length > 0) return { type: 'OrderUnacceptable', value: { ...identity, customerId: customerId || null, reasons: atMost(faults), placedAt } };
  const customerName = tidy(order.customerName) || customerId;
  const { shipTo } = order;
  return {
    type: 'OrderPlaced',
    value: {
      ...identity, customerId, customerName, region: tidy(order.region), lines: good, amount: fen(amount), placedAt, placedBy: tidy(order.createdBy),
      shipTo: { contact: tidy(shipTo.contact) || customerName, phone: tidy(shipTo.phone), region: tidy(shipTo.region), city: tidy(shipTo.city), street: tidy(shipTo.street) },
    },
  };
}

const CURRENCY = 'CNY';
const MOST_REASONS = 20;
const LARGEST_COUNT = 2 ** 31 - 1;

function faultsOfHead({ currency, customerId, shipTo, lineCount }: CrmOrder, maxLines: number): string[] {
  const faults: string[] = [];
  if (currency !== null && currency !== CURRENCY) faults.push(`it is in ${tidy(currency)}; only ${CURRENCY} can be booked`);
  if (!tidy(customerId)) faults.push('its account has no customer code (AccountNumber)');
  if (!tidy(shipTo.street)) faults.push('it has no delivery address, and neither has its account');
  if (lineCount === 0) faults.push('it has no lines');
  if (lineCount > maxLines) faults.push(`it has ${lineCount} lines; at most ${maxLines} can be taken`);
  return faults;
}

function faultsOfAmount(amount: bigint): string[] {
  if (amount > MAX_FEN) return [`it adds up to ${amount} fen; at most ${MAX_FEN} can be booked`];
  return amount === 0n ? ['it adds up to 0.00 yuan; there is nothing to book'] : [];
}

type ReviewedLine = { readonly type: 'good'; readonly line: OrderLine } | { readonly type: 'bad'; readonly faults: readonly string[] };

function reviewLine({ sku, name, unit, quantity, unitPrice }: CrmLine, index: number): ReviewedLine {
  const lineNo = index + 1;
  const price = priceIn(unitPrice);
  const faults = [...faultsOfQuantity(quantity), ...(typeof price === 'string' ? [price] : [])];
  if (!tidy(sku)) faults.unshift('it names no product code (ProductCode)');
  if (faults.length > 0 || typeof price === 'string' || quantity === null) return { type: 'bad', faults: faults.map((fault) => `line ${lineNo}: ${fault}`) };
  const amount = price * BigInt(quantity);
  if (amount > MAX_FEN) return { type: 'bad', faults: [`line ${lineNo}: ${quantity} x ${yuanFromFen(price)} yuan is more than can be booked`] };
  return { type: 'good', line: { lineNo, sku: tidy(sku), name: tidy(name) || tidy(sku), quantity, unit: tidy(unit), unitPrice: price, amount: fen(amount) } };
}

function faultsOfQuantity(quantity: number | null): string[] {
  if (quantity === null) return ['it has no quantity'];
  if (!Number.isInteger(quantity)) return [`the quantity ${quantity} is not whole`];
  if (quantity <= 0) return [`the quantity ${quantity} is not above zero`];
  return quantity > LARGEST_COUNT ? [`the quantity ${quantity} is more than ${LARGEST_COUNT}`] : [];
}

function priceIn(unitPrice: number | null): Fen | string {
  if (unitPrice === null) return 'it has no price';
  if (unitPrice < 0) return `the price ${unitPrice} is below zero`;
  try {
    return fenFromYuan(String(unitPrice));
  } catch {
    return `the price ${unitPrice} is finer than a fen or too large`;
  }
}

function atMost(faults: readonly string[]): readonly string[] {
  if (faults.length <= MOST_REASONS) return faults;
  return [...faults.slice(0, MOST_REASONS), `and ${faults.length - MOST_REASONS} more`];
}

/** One line of text without control characters; what is empty is ''. */
function tidy(text: string | null): string {
  return (text ?? '').replaceAll(/[\p{Cc}\p{Cs}]+/gu, ' ').trim();
}
