import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { asFields, type U8Fields } from '../u8/fields.ts';

const NAMES = { ignoreAttributes: false, attributeNamePrefix: '@' } as const;
// All values stay text: a code such as "0012" is none of JavaScript's numbers, nor is an amount
const parser = new XMLParser({ ...NAMES, parseTagValue: false, parseAttributeValue: false, ignoreDeclaration: true, ignorePiTags: true });
const builder = new XMLBuilder({ ...NAMES, suppressEmptyNode: true, suppressBooleanAttributes: false });

/**
 * Reads an XML text: attributes are fields named "@name", elements fields or lists of their name. Undefined when it is not well formed to its
 * last character, or has a DOCTYPE: nothing that declares entities is read at all.
 */
export function xmlIn(text: string): U8Fields | undefined {
  if (/<!DOCTYPE/i.test(text) || XMLValidator.validate(text) !== true) return undefined;
  try {
    return asFields(parser.parse(text));
  } catch {
    return undefined;
  }
}

/** Writes what `xmlIn` reads. Control characters, which XML has no way to write, become spaces. */
export function toXml(root: U8Fields): string {
  return `<?xml version="1.0" encoding="utf-8"?>${builder.build(root).replaceAll(/\p{Cc}/gu, ' ')}`;
}
