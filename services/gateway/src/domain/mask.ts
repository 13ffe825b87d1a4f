import type { Address } from '@order-mesh/contracts';

/** A place of delivery as everybody may see it. */
export interface MaskedAddress {
  readonly contact: string;
  readonly phone: string;
  readonly region: string;
  readonly city: string;
  readonly street: string;
}

export function maskAddress({ contact, phone, region, city, street }: Address): MaskedAddress {
  return { contact: maskName(contact), phone: maskPhone(phone), region, city, street: maskStreet(street) };
}

/** 138****5678; a number too short to keep seven digits of is hidden whole. */
export function maskPhone(phone: string): string {
  const digits = phone.replaceAll(/\D/g, '');
  return digits.length >= 10 ? `${digits.slice(0, 3)}****${digits.slice(-4)}` : '****';
}

/** 王芳 is 王*. */
export function maskName(name: string): string {
  const [first = ''] = name;
  return `${first}*`;
}

export const maskStreet = (_street: string): string => '***';

const MASKS: ReadonlyMap<string, (text: string) => string> = new Map([['phone', maskPhone], ['contact', maskName], ['street', maskStreet]]);

/** Text as it may be kept: personal fields masked, without what PostgreSQL cannot hold. */
export function maskField(field: string, text: string): string {
  const mask = MASKS.get(field);
  return printable(mask ? mask(text) : text);
}

/** A zero byte and half a character cannot be kept; a poisonous record may hold either anywhere. */
export function printable(text: string): string {
  if (text.isWellFormed() && !text.includes('\0')) return text;
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
