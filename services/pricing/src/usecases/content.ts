import type { PriceOrder } from '@order-mesh/contracts';
import { digest } from '@order-mesh/messaging';

/** Names what a price is asked for: asked for the same again, an order costs the same. */
export function contentOf({ customerId, region, amount, lines }: Pick<PriceOrder, 'customerId' | 'region' | 'amount' | 'lines'>): string {
  const said = [customerId, region, String(amount), ...lines.flatMap(({ lineNo, sku, quantity, unitPrice, amount: total }) => [lineNo, sku, quantity, String(unitPrice), String(total)])];
  return digest(JSON.stringify(said)).join('-');
}
