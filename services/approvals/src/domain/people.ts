import type { Fen } from '@order-mesh/kernel';

/** Who may decide what. */
export interface Person {
  readonly name: string;
  /** What else decisions of this person are signed with: wecom:LiNa, a user id of the CRM. */
  readonly aliases: readonly string[];
  readonly roles: readonly string[];
  /** Sales regions; empty: every one. */
  readonly regions: readonly string[];
  /** The most that may be at stake; null: any amount. */
  readonly upTo: Fen | null;
}

export type Directory = readonly Person[];

/** Whom a signature means: a name, an alias, or an alias with a name behind it, as in `wecom:LiNa 李娜`. */
export function personNamed(people: Directory, signature: string): Person | undefined {
  return people.find(({ name, aliases }) => name === signature || aliases.includes(signature) || aliases.includes(firstWord(signature)));
}

/** One name for one person, however signed; the signature itself of whom the directory does not know. */
export const canonicalName = (people: Directory | null, signature: string): string => personNamed(people ?? [], signature)?.name ?? signature;

/** The account of a signature such as `wecom:LiNa 李娜`. */
export function firstWord(signature: string): string {
  const [first = ''] = signature.split(' ');
  return first;
}
