import { grants, isForSystems, rolesWith, type Permission, type Role } from './permissions.ts';

/** Who asks: a person of the company, or a system of somebody else's. Their names are as the identity provider tells them. */
export type Caller =
  | { readonly kind: 'person'; readonly name: string; readonly roles: readonly Role[]; readonly customers: readonly string[]; readonly regions: readonly string[] }
  | { readonly kind: 'system'; readonly name: string; readonly scopes: readonly Permission[]; readonly sources: readonly string[] };

/** Whose orders and approvals somebody has to do with: everybody's, or those of these customers, regions and upstream systems. */
export type Reach = 'everything' | { readonly customers: readonly string[]; readonly regions: readonly string[]; readonly sources: readonly string[] };

export function may(caller: Caller, permission: Permission): boolean {
  if (caller.kind === 'system') return isForSystems(permission) && caller.scopes.includes(permission);
  return caller.roles.some((role) => rolesWith(permission).includes(role));
}

/** Why somebody may not, and who may. */
export function whyNot(caller: Caller, permission: Permission): string {
  const { says } = grants[permission];
  const needed = rolesWith(permission).join(' or ');
  if (caller.kind === 'system') return `${caller.name} may not ${says}: ${isForSystems(permission) ? `its token lacks the scope ${permission}` : `no system may; ${needed} may`}`;
  if (caller.roles.length === 0) return `${caller.name} has no role here and may not ${says}; ${needed} may`;
  return `your role ${caller.roles.join(', ')} may not ${says} (${permission}); ${needed} may`;
}

/** A representative has own customers, a manager own regions, an upstream system its own orders; everybody else the whole company. */
export function reachOf(caller: Caller): Reach {
  if (caller.kind === 'system') return { customers: [], regions: [], sources: caller.sources };
  const isBound = (role: Role): boolean => role === 'sales_rep' || role === 'regional_manager';
  if (!caller.roles.every(isBound)) return 'everything';
  return { customers: caller.roles.includes('sales_rep') ? caller.customers : [], regions: caller.roles.includes('regional_manager') ? caller.regions : [], sources: [] };
}

/** An order or an approval, as far as it matters whose it is. */
export interface Belonging {
  readonly customerId: string;
  readonly region: string;
  readonly source?: string;
}

export function isWithin(reach: Reach, { customerId, region, source }: Belonging): boolean {
  if (reach === 'everything') return true;
  return reach.customers.includes(customerId) || reach.regions.includes(region) || (source !== undefined && reach.sources.includes(source));
}

/** Whether somebody sees what a customer owes, what goods cost and what an order brings. */
export const seesFinance = (caller: Caller): boolean => caller.kind === 'person' && caller.roles.some((role) => role !== 'sales_rep');

/** Whether somebody sees whom goods go to, of the orders that are theirs: who sells, and who looks after deliveries. */
export const seesContacts = (caller: Caller): boolean => caller.kind === 'person' && caller.roles.some((role) => role === 'sales_rep' || role === 'regional_manager' || role === 'ops');

/** A name as people type it: two that differ in blanks, width or case are one person's. */
export const isSameName = (one: string, other: string): boolean => plain(one) === plain(other);

const plain = (name: string): string => name.normalize('NFKC').replaceAll(/\s+/gu, ' ').trim().toLowerCase();

/** In the way `approvals` names roles, so that both can be compared. */
const approvalRole = (role: Role): string => role.replaceAll('_', '-');

/** Whether somebody's role is the one that an approval waits for; a director decides what waits for anybody. Asked only where no directory of people says more. */
export function isAskedFor(caller: Caller, task: { readonly role: string; readonly escalatedTo: string | null }): boolean {
  if (caller.kind === 'system') return false;
  return caller.roles.some((role) => role === 'sales_director' || approvalRole(role) === task.role || approvalRole(role) === task.escalatedTo);
}
