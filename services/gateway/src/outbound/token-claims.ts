import { z } from 'zod';
import type { Caller } from '../domain/caller.ts';
import { isPermission, isRole } from '../domain/permissions.ts';

/** Where a company's tokens tell who somebody is. */
export interface ClaimNames {
  readonly nameClaim: string;
  /** May lead into an object: realm_access.roles. */
  readonly rolesClaim: string;
}

const name = z.string().trim().min(1).max(100).regex(/^[^\p{Cc}\p{Cs}]+$/u);
const list = z.array(z.string()).catch([]);

/**
 * Who a token is for; null when it does not say. Whoever has roles is a person (or a program that acts with a person's rights), whoever has none and comes under a client's own name is a
 * system with scopes.
 */
export function callerIn(claims: Readonly<Record<string, unknown>>, { nameClaim, rolesClaim }: ClaimNames): Caller | null {
  const clientId = name.safeParse(claims['client_id'] ?? claims['azp']);
  const told = name.safeParse(claims[nameClaim] ?? (clientId.success && claims['sub'] === clientId.data ? clientId.data : undefined));
  if (!told.success) return null;
  const roles = list.parse(at(claims, rolesClaim)).filter(isRole);
  const isSystem = roles.length === 0 && clientId.success && claims['sub'] === clientId.data;
  if (!isSystem) return { kind: 'person', name: told.data, roles, customers: list.parse(claims['customers']), regions: list.parse(claims['regions']) };
  const scopes = z.string().catch('').parse(claims['scope']).split(' ').filter(isPermission);
  return { kind: 'system', name: told.data, scopes, sources: z.array(z.string()).min(1).catch([clientId.data]).parse(claims['sources']) };
}

function at(claims: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((found, step) => (typeof found === 'object' && found !== null ? new Map(Object.entries(found)).get(step) : undefined), claims);
}
