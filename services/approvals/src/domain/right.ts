import { yuanFromFen, type Instant } from '@order-mesh/kernel';
import { isInForce, type Delegation } from './delegation.ts';
import { canonicalName, firstWord, personNamed, type Directory, type Person } from './people.ts';
import type { Question } from './question.ts';

/** Who may decide what, and who decides in whose place. */
export interface Authority {
  /** Null where anybody may decide who is let in. */
  readonly people: Directory | null;
  readonly delegations: readonly Delegation[];
}

/** Whether somebody may decide a question. */
export type Right =
  /** Who decides, as the directory names that person, and in the place of whom; '' for somebody's own right. */
  | { readonly type: 'allowed'; readonly decider: string; readonly onBehalfOf: string }
  | { readonly type: 'refused'; readonly reason: 'not-allowed' | 'own-request'; readonly detail: string };

/** A decision, as far as its right is concerned. */
export interface Signed {
  readonly decidedBy: string;
  readonly decidedAt: Instant;
}

/** Nobody decides on an own request. Else anybody may where there is no directory; where there is one, whoever has the role, the region and the amount, and the deputy of such a person. */
export function rightToDecide(authority: Authority, question: Question, { decidedBy, decidedAt }: Signed): Right {
  const { people } = authority;
  const decider = canonicalName(people, decidedBy);
  if (question.requestedBy !== '' && [decider, firstWord(decidedBy)].includes(question.requestedBy)) return ownRequest(decider);
  if (people === null) return { type: 'allowed', decider, onBehalfOf: '' };
  const person = personNamed(people, decidedBy);
  if (!person) return { type: 'refused', reason: 'not-allowed', detail: `${decider.slice(0, 100)} is not in the directory of people` };
  const why = whyNot(person, question);
  if (why === null) return { type: 'allowed', decider, onBehalfOf: '' };
  const absent = absentFor(person, authority, decidedAt).filter((one) => whyNot(one, question) === null);
  const inPlaceOf = absent.find(({ name }) => name !== question.requestedBy);
  if (inPlaceOf) return { type: 'allowed', decider, onBehalfOf: inPlaceOf.name };
  return absent.length > 0 ? ownRequest(question.requestedBy) : { type: 'refused', reason: 'not-allowed', detail: why };
}

const ownRequest = (name: string): Right => ({ type: 'refused', reason: 'own-request', detail: `it is the request of ${name.slice(0, 100)}: somebody else has to decide` });

/** How those are reached who may decide a question at a moment: their accounts in WeCom (wecom:LiNa), names where there are none. Empty where there is no directory. */
export function decidersOf(authority: Authority, question: Question, at: Instant): readonly string[] {
  const deciders = (authority.people ?? []).filter(({ name }) => rightToDecide(authority, question, { decidedBy: name, decidedAt: at }).type === 'allowed');
  return deciders.map(({ name, aliases }) => aliases.find((alias) => alias.startsWith('wecom:')) ?? name);
}

/** Those in whose place somebody decides at a moment. */
function absentFor({ name }: Person, { people, delegations }: Authority, at: Instant): Directory {
  const absent = delegations.filter((delegation) => delegation.deputy === name && isInForce(delegation, at)).map((delegation) => delegation.absent);
  return (people ?? []).filter((person) => absent.includes(person.name));
}

function whyNot({ name, roles, regions, upTo }: Person, { role, escalatedTo, region, amount }: Question): string | null {
  const wanted = escalatedTo === '' ? [role] : [role, escalatedTo];
  if (!roles.some((one) => wanted.includes(one))) return `${name} is no ${wanted.join(' or ')}`;
  if (regions.length > 0 && !regions.includes(region)) return `${name} does not look after ${region}`;
  return upTo !== null && amount > upTo ? `${name} may decide on up to ${yuanFromFen(upTo)} yuan, at stake are ${yuanFromFen(amount)}` : null;
}
