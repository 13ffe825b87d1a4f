import { kindOfField, sealedIn, type Address } from '@order-mesh/contracts';
import { maskName, maskPhone, maskPhonesIn, maskStreet } from '@order-mesh/kernel';

/** A place of delivery as the views keep it: sealed as it came, or masked. */
export function keptAddress({ contact, phone, region, city, street }: Address): Address {
  if (sealedIn(street)) return { contact: '', phone: '', region, city, street };
  return maskAddress({ contact, phone, region, city, street });
}

/** The address in goods as they are kept, where it is sealed; null where there is none, or it was masked for good. */
export function sealedAddressIn(goods: unknown): Address | null {
  const shipTo = fieldOf(goods, 'shipTo');
  const [region, city, street] = ['region', 'city', 'street'].map((name) => String(fieldOf(shipTo, name) ?? ''));
  return street !== undefined && sealedIn(street) ? { contact: '', phone: '', region: region ?? '', city: city ?? '', street } : null;
}

const fieldOf = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined);

/** A place of delivery as it is shown: whole to whoever may see contacts, masked to everybody else, and with nothing of the contact left where nobody can open it. */
export function shownAddress(opened: Address | null, { region, city }: Pick<Address, 'region' | 'city'>, { seesContacts }: { readonly seesContacts: boolean }): Address {
  if (!opened) return { contact: '***', phone: '***', region, city, street: '***' };
  return seesContacts ? opened : maskAddress(opened);
}

const maskAddress = ({ contact, phone, region, city, street }: Address): Address => ({ contact: maskName(contact), phone: maskPhone(phone), region, city, street: maskStreet(street) });

/** Text as it may be kept and shown: contacts masked, telephone numbers masked where somebody says something, without what PostgreSQL cannot hold. */
export function maskField(field: string, text: string): string {
  return printable(masked(field, text));
}

/** Fields in which people and partners say what they like. */
const WORDS = new Set(['detail', 'reason', 'note', 'comment']);

function masked(field: string, text: string): string {
  switch (kindOfField(field)) {
    case 'phone': return maskPhone(text);
    case 'name': return maskName(text);
    case 'street': return keyOrNothing(text);
    default: return WORDS.has(field) ? maskPhonesIn(text) : text;
  }
}

// the number of its key says nothing of a contact, and an erasure finds by it what it is about
function keyOrNothing(street: string): string {
  const sealed = sealedIn(street);
  return sealed ? `sealed:${sealed.key}` : maskStreet(street);
}

/** A zero byte and half a character cannot be kept; a poisonous record may hold either anywhere. */
export function printable(text: string): string {
  if (text.isWellFormed() && !text.includes('\0')) return text;
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
