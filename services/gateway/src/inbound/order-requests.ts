import type { Policy } from '@order-mesh/contracts';
import { z } from 'zod';
import { orderStatuses } from '../domain/order-item.ts';
import { faultOfLine, reviewOrder, tooManyLines, type OrderDraft } from '../domain/order-request.ts';
import { cursorField } from './cursor.ts';
import { missingOr, oneOf, orderNumber, pageLimit, priceInFen, record, signer, text, wholeCount } from './fields.ts';
import { faulty, pointer, readBody } from './reading.ts';

const line = record({
  sku: text(1, 64).describe('Inventory code in the ERP.'),
  name: text(0, 200).optional().describe('Product name as the customer saw it; the sku when absent.'),
  quantity: wholeCount.describe('Whole units, above zero.'),
  unit: text(1, 16).optional().describe('Unit of measure as the ERP names it; PCS when absent.'),
  unitPriceFen: priceInFen.describe('Price of one unit in fen (1 yuan = 100 fen), tax included.'),
}).superRefine(({ quantity, unitPriceFen }, context) => {
  // a refinement runs beside a field's own fault, which has left its value as it was
  if (typeof unitPriceFen !== 'bigint' || !Number.isSafeInteger(quantity)) return;
  const fault = faultOfLine({ quantity, unitPriceFen });
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});

const shipTo = record({
  contact: text(1, 100).describe('Who receives the goods.'),
  phone: z.string({ error: missingOr('must be text') }).regex(/^\+?[0-9][0-9 ()-]{2,30}$/, 'must be a telephone number').describe('Telephone of the contact.'),
  region: text(1, 100), city: text(1, 100), street: text(1, 300),
});

const head = {
  orderId: orderNumber.describe('The order, as every system of the mesh will name it.'),
  source: z.string({ error: 'must be text' }).regex(/^[a-z0-9][a-z0-9._-]{0,31}$/, 'must be 1 to 32 small letters, digits, dots, dashes or underscores')
    .refine((source) => source !== 'salesforce', 'must not be salesforce: its orders come through the CRM adapter')
    .default('api').describe('The upstream system.'),
  customerId: text(1, 64).describe('Customer code in the ERP.'),
  customerName: text(1, 200).describe('Legal name of the customer.'),
  region: text(1, 100).describe('Sales region, decides who approves.'),
  placedBy: text(0, 100).default('').describe('The person of yours who placed it, by name or account: does not decide on an exception for it.'),
  shipTo,
};

/** What an order looks like, for documentation. */
export const orderBody = record({ ...head, lines: z.array(line).min(1) });

/** Reads an order. Throws the problem `invalid-order` that lists everything that is wrong with it. */
export type ReadOrder = (body: unknown) => OrderDraft;

/** Prepares the reading of orders; do it once, since a schema is compiled when it is made. */
export function orderReader(policy: Policy['order']): ReadOrder {
  const schema = countedBody(policy);
  return (body) => {
    const request = readBody(schema, body, 'invalid-order');
    const lines = request.lines.map((one) => ({ ...one, name: one.name || one.sku, unit: one.unit ?? 'PCS' }));
    const review = reviewOrder({ ...request, lines }, policy);
    if (review.type === 'good') return review.order;
    throw faulty('invalid-order', review.faults.map(({ path, detail }) => ({ pointer: pointer(path), detail })));
  };
}

/** The lines are counted before they are read: of 2,000 lines it is enough to say that they are too many. */
function countedBody({ maxLines }: Policy['order']) {
  const counted = z.array(z.unknown(), { error: missingOr('must be a list') })
    .min(1, 'an order has at least one line')
    .refine((lines) => lines.length <= maxLines, { error: ({ input }) => tooManyLines(Array.isArray(input) ? input.length : 0, maxLines) });
  return record({ ...head, lines: counted.pipe(z.array(line)) });
}

export const cancelBody = record({
  reason: text(1, 500).describe('Why, in words.'),
  requestedBy: signer,
});

export const ordersQuery = record({
  status: oneOf(orderStatuses).optional(),
  customer: text(1, 64).optional(),
  source: text(1, 32).optional(),
  q: text(1, 100).optional(),
  limit: pageLimit,
  cursor: cursorField.optional(),
});
