import { personalFields } from './generated/messages.ts';
import type { PersonalKind } from './shape.ts';

const kinds: ReadonlyMap<string, PersonalKind> = new Map(Object.entries(personalFields));

/** Which data of a person a field of this name holds; undefined for what is nobody's. */
export const kindOfField = (name: string): PersonalKind | undefined => kinds.get(name);

const SEALED = /^sealed:1:([\w-]{22}):([\w-]+)$/;

/** A sealed contact, as it stands in the field `street` of an address: the number of its key, and what was encrypted under it. */
export interface Sealed {
  readonly key: string;
  readonly content: string;
}

/** The sealed contact in a text; null for anything else, such as a street. */
export function sealedIn(text: string): Sealed | null {
  const [, key, content] = SEALED.exec(text) ?? [];
  return key !== undefined && content !== undefined ? { key, content } : null;
}

export const sealedText = ({ key, content }: Sealed): string => `sealed:1:${key}:${content}`;
