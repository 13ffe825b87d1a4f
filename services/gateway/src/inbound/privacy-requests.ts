import { record, text } from './fields.ts';

export const erasureBody = record({
  orderId: text(1, 200).optional().describe('The contact of this order.'),
  customerId: text(1, 100).optional().describe('All contacts of the customer with this code.'),
  reason: text(1, 500).describe('Why, for the audit log. Name nobody in it.'),
  requestedBy: text(1, 100).optional().describe('Who has it done: whoever is signed in.'),
}).refine(({ orderId, customerId }) => (orderId === undefined) !== (customerId === undefined), { message: 'must name either orderId or customerId', path: ['orderId'] });
