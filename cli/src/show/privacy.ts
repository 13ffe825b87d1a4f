import type { Erasure } from '../gateway/privacy.ts';
import type { HeldOrder } from '../privacy/held.ts';

/** What an erasure came to. */
export function erasureLines({ erasureId, customerId, contacts, doneBefore }: Erasure): readonly string[] {
  const persons = contacts === 1 ? 'the contact' : `${contacts} contacts`;
  if (doneBefore) return [`${persons} of customer ${customerId}: erased before, nothing was left to do`];
  return [
    `${persons} of customer ${customerId} erased: nobody can read them any more, in messages, tables or backups (erasure ${erasureId ?? ''}, "mesh audit" shows it)`,
    'signed contracts are kept as evidence; the CRM, the carrier and the signing provider have books of their own',
  ];
}

/** What is held, one order a paragraph. */
export function heldLines(held: readonly HeldOrder[]): readonly string[] {
  if (held.length === 0) return ['nothing is held'];
  return held.flatMap((order) => [
    `${order.orderId}  ${order.customerId}  ${order.placedAt}  ${order.status}  ${order.held}`,
    ...(order.held === 'erased' ? [] : [`  ${order.contact.contact}, ${order.contact.phone}, ${order.contact.region} ${order.contact.city} ${order.contact.street}`]),
    ...order.told.map(({ system, operation, at }) => `  told ${system} (${operation}) at ${at}`),
    ...order.documents.map(({ signFlowId, keptAt }) => `  named in the signed contract of flow ${signFlowId}, kept since ${keptAt}`),
    ...order.deadLetters.map((id) => `  dead letter ${id}`),
  ]);
}
