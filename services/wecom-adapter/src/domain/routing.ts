import type { Instant } from '@order-mesh/kernel';
import { alert as alertPoint, decideOn, factsFor, type CompiledRules, type DecisionRecord } from '@order-mesh/rules';
import { NOTHING_ELSE, type Alert, type Raised } from './alert.ts';

/** Something to tell, and the roles that are told; none: nobody is. */
export interface Routed extends Alert {
  readonly recipients: readonly string[];
}

/** With what its rules were asked and said. */
export interface Judged extends Routed {
  readonly record: DecisionRecord;
}

/** Those who look after the mesh. */
export const GROUP = 'group';

/** Puts something to the rules of `alert`. */
export function routeAlert(rules: CompiledRules, { about, key, line, at }: Raised, now: Instant): Judged {
  const record = decideOn(rules, factsFor(alertPoint, { ...NOTHING_ELSE, ...about }), { now, placedAt: at, about: key });
  return { key, line, at, recipients: recipientsOf(record), record };
}

function recipientsOf({ said: { isSent, to, copyTo } }: DecisionRecord): readonly string[] {
  if (isSent === false) return [];
  const roles = [...new Set([to, copyTo])].filter((role): role is string => typeof role === 'string' && role !== 'none');
  return roles.length === 0 ? [GROUP] : roles;
}

/** Userids by role. */
export type AlertRoles = ReadonlyMap<string, readonly string[]>;

/** What each role is told. What is for a role that nobody is set up for is told to those who look after the mesh. */
export function byRecipient(alerts: readonly Routed[], roles: AlertRoles): ReadonlyMap<string, readonly Routed[]> {
  const each = alerts.flatMap((alert) => [...new Set(alert.recipients.map((role) => (roles.has(role) ? role : GROUP)))].map((role) => ({ role, alert })));
  return new Map([...Map.groupBy(each, ({ role }) => role)].map(([role, told]) => [role, told.map(({ alert }) => alert)]));
}

/** A role as people name it; empty for those who look after the mesh. */
export function nameOf(role: string): string {
  const field = alertPoint.outputs.find(({ name }) => name === 'to');
  return role === GROUP || field?.type !== 'choice' ? '' : field.choices.find(({ value }) => value === role)?.zh ?? role;
}

/** Roles that can be told. */
export const isRole = (role: string): boolean => role !== GROUP && nameOf(role) !== role;
