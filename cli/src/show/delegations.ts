import type { Delegation } from '../gateway/delegations.ts';
import { table } from './text.ts';
import { shownInstant } from './time.ts';

/** Delegations as a table, one a line. */
export function delegationLines(delegations: readonly Delegation[]): readonly string[] {
  if (delegations.length === 0) return ['nobody decides for anybody'];
  const rows = delegations.map(({ delegationId, absent, deputy, state, since, until, detail, reason }) => [
    delegationId, absent, deputy, state, shownInstant(Date.parse(since)), shownInstant(Date.parse(until)), detail === '' ? reason : detail,
  ]);
  return table([['delegation', 'absent', 'deputy', 'state', 'since', 'until', 'why'], ...rows]);
}
