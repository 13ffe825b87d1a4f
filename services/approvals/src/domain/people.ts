import type { DecideApproval } from '@order-mesh/contracts';
import { yuanFromFen, type Fen } from '@order-mesh/kernel';
import type { Question } from './question.ts';

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

/** Whether somebody may decide a question. */
export type Right =
  | { readonly type: 'allowed' }
  | { readonly type: 'refused'; readonly reason: 'not-allowed'; readonly detail: string };

/** Whom a signature means: a name, an alias, or an alias with a name behind it, as in `wecom:LiNa 李娜`. */
export function personNamed(people: Directory, signature: string): Person | undefined {
  const [first = ''] = signature.split(' ');
  return people.find(({ name, aliases }) => name === signature || aliases.includes(signature) || aliases.includes(first));
}

/** Anybody may decide where there is no directory; else whoever has the role, the region and the amount. */
export function rightToDecide(people: Directory | null, question: Question, { decidedBy }: Pick<DecideApproval, 'decidedBy'>): Right {
  if (people === null) return { type: 'allowed' };
  const person = personNamed(people, decidedBy);
  const why = person ? whyNot(person, question) : `${decidedBy.slice(0, 100)} is not in the directory of people`;
  return why === null ? { type: 'allowed' } : { type: 'refused', reason: 'not-allowed', detail: why };
}

/** How those are reached who may decide a question now: their accounts in WeCom (wecom:LiNa), names where there are none. Empty where there is no directory. */
export const decidersOf = (people: Directory | null, question: Question): readonly string[] =>
  (people ?? []).filter((person) => whyNot(person, question) === null).map(({ name, aliases }) => aliases.find((alias) => alias.startsWith('wecom:')) ?? name);

function whyNot({ name, roles, regions, upTo }: Person, { role, escalatedTo, region, amount }: Question): string | null {
  const wanted = escalatedTo === '' ? [role] : [role, escalatedTo];
  if (!roles.some((one) => wanted.includes(one))) return `${name} is no ${wanted.join(' or ')}`;
  if (regions.length > 0 && !regions.includes(region)) return `${name} does not look after ${region}`;
  return upTo !== null && amount > upTo ? `${name} may decide on up to ${yuanFromFen(upTo)} yuan, at stake are ${yuanFromFen(amount)}` : null;
}
