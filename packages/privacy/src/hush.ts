import type { Address } from '@order-mesh/contracts';
import { maskPhonesIn, strikeOut } from '@order-mesh/kernel';
import type { CallResult } from '@order-mesh/outbound';
import type { Opened } from './vault.ts';

/** What a partner said about a call, without the contact it was told: partners quote what they do not like. */
export function hushed<Answer>(result: CallResult<Answer>, { contact, phone, street }: Address): CallResult<Answer> {
  if (result.type === 'answered') return result;
  return { ...result, detail: maskPhonesIn(strikeOut(result.detail, [street, phone, contact])) };
}

/** Why a call that needs a contact cannot be made. */
export function whyClosed(type: Exclude<Opened['type'], 'open'>): Extract<CallResult<never>, { readonly type: 'refused' }> {
  return type === 'erased'
    ? { type: 'refused', reason: 'contact-erased', detail: 'the contact of this order was erased on request; place the order anew with the contact it goes to' }
    : { type: 'refused', reason: 'contact-unreadable', detail: 'the contact of this order was not sealed here, or not for this order; place it anew' };
}
