import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';

/** An element as an object: attributes under "@name", elements under their name, several of one name as a list, text alone as text. */
export type Element = Readonly<Record<string, unknown>>;

const NAMES = { ignoreAttributes: false, attributeNamePrefix: '@' } as const;
const parser = new XMLParser({ ...NAMES, parseTagValue: false, parseAttributeValue: false, ignoreDeclaration: true, ignorePiTags: true });
const builder = new XMLBuilder({ ...NAMES, suppressEmptyNode: true, suppressBooleanAttributes: false });

/** Reads a message; undefined when it is not well formed, or declares entities of its own. */
export function readXml(text: string): Element | undefined {
  if (/<!DOCTYPE/i.test(text) || XMLValidator.validate(text) !== true) return undefined;
  try {
    return elementIn(parser.parse(text));
  } catch {
    return undefined;
  }
}

/** Writes one element and what is in it. */
export function writeXml(root: Element): string {
  return `<?xml version="1.0" encoding="utf-8"?>${builder.build(root)}`;
}

/** Takes an element that has something in it; undefined for text and lists. */
export function elementIn(value: unknown): Element | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

/** All elements of a name, with what is in them; an empty one is an empty object. */
export function elementsIn(parent: Element, name: string): readonly Element[] {
  const value = parent[name];
  const all: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return all.map((one) => elementIn(one) ?? {});
}

/** An attribute; '' when there is none. */
export function attribute(element: Element, name: string): string {
  const value = element[`@${name}`];
  return typeof value === 'string' ? value.trim() : '';
}
