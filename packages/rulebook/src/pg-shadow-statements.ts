import type { RulesShadowed } from '@order-mesh/contracts';
import type { Transaction } from '@order-mesh/messaging';
import { query } from '@order-mesh/platform';
import type { Shadow, Tally } from './shadow.ts';

export interface ShadowTally extends Tally {
  readonly shadowId: string;
}

export interface ShadowEnd {
  readonly shadowId: string;
  readonly because: string;
}

/** A shadow that begins; with a flaw, it is over before it begins. */
export interface Begun extends RulesShadowed {
  readonly flaw: string | null;
}

/** Notes shadows that begin, ends those before them at their points, and forgets those that are long over. */
export async function saveShadows(tx: Transaction, service: string, begun: readonly Begun[]): Promise<void> {
  await query(tx, { name: 'rulebook.forget-shadows', text: `delete from rulebook.shadow where service = $1 and is_told and until < now() - interval '7 days'`, values: [service] });
  await query(tx, {
    name: 'rulebook.replace-shadows',
    text: `update rulebook.shadow s set ended_because = 'replaced' from unnest($2::text[], $3::text[], $4::timestamptz[]) n(point, shadow_id, since)
      where s.service = $1 and s.point = n.point and s.shadow_id <> n.shadow_id and s.since < n.since and s.ended_because is null`,
    values: [service, begun.map(({ point }) => point), begun.map(({ shadowId }) => shadowId), begun.map(({ since }) => new Date(since))],
  });
  await query(tx, {
    name: 'rulebook.save-shadows',
    text: `insert into rulebook.shadow (service, shadow_id, point, change_id, hash, content, since, until, ended_because)
      select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::text[]) on conflict do nothing`,
    values: [
      service, begun.map(({ shadowId }) => shadowId), begun.map(({ point }) => point), begun.map(({ changeId }) => changeId), begun.map(({ hash }) => hash), begun.map(({ content }) => content),
      begun.map(({ since }) => new Date(since)), begun.map(({ until }) => new Date(until)), begun.map(({ flaw }) => flaw),
    ],
  });
}

/** Shadows whose end is not told, or of which something was counted; locked until the transaction ends. Those that somebody else is telling of are absent. */
export async function loadUntold(tx: Transaction, service: string): Promise<readonly { readonly shadow: Shadow; readonly isEndTold: boolean }[]> {
  const rows = await query<ShadowRow>(tx, {
    name: 'rulebook.shadow-news',
    text: `select shadow_id, change_id, point, since, until, decisions, checked, changed, outcomes::jsonb as outcomes, examples::jsonb as examples, ended_because, is_told from rulebook.shadow s
      where service = $1 and (not is_told or exists (select from rulebook.shadow_tally t where t.service = $1 and t.shadow_id = s.shadow_id)) order by shadow_id for update skip locked`,
    values: [service],
  });
  return rows.map((row) => ({ shadow: shadowOf(row), isEndTold: row.is_told }));
}

interface ShadowRow extends Pick<Shadow, 'point' | 'since' | 'until' | 'decisions' | 'checked' | 'changed' | 'outcomes' | 'examples'> {
  readonly shadow_id: string;
  readonly change_id: string;
  readonly ended_because: string | null;
  readonly is_told: boolean;
}

const shadowOf = ({ shadow_id: shadowId, change_id: changeId, point, since, until, decisions, checked, changed, outcomes, examples, ended_because: endedBecause }: ShadowRow): Shadow =>
  ({ shadowId, changeId, point, since, until, decisions, checked, changed, outcomes, examples, endedBecause });

/** Keeps shadows as they are told. */
export async function keepShadows(tx: Transaction, service: string, shadows: readonly Shadow[]): Promise<void> {
  if (shadows.length === 0) return;
  await query(tx, {
    name: 'rulebook.keep-shadows',
    text: `update rulebook.shadow s set decisions = n.decisions, checked = n.checked, changed = n.changed, outcomes = n.outcomes, examples = n.examples, ended_because = n.ended_because,
        is_told = n.ended_because is not null
      from unnest($2::text[], $3::int[], $4::int[], $5::int[], $6::text[], $7::text[], $8::text[]) n(shadow_id, decisions, checked, changed, outcomes, examples, ended_because)
      where s.service = $1 and s.shadow_id = n.shadow_id`,
    values: [
      service, shadows.map(({ shadowId }) => shadowId), shadows.map(({ decisions }) => decisions), shadows.map(({ checked }) => checked), shadows.map(({ changed }) => changed),
      shadows.map(({ outcomes }) => JSON.stringify(outcomes)), shadows.map(({ examples }) => JSON.stringify(examples)), shadows.map(({ endedBecause }) => endedBecause),
    ],
  });
}

/** Ends shadows that run; the first reason stays. */
export async function endThem(tx: Transaction, service: string, ends: readonly ShadowEnd[]): Promise<void> {
  if (ends.length === 0) return;
  await query(tx, {
    name: 'rulebook.end-shadows',
    text: `update rulebook.shadow s set ended_because = e.because from unnest($2::text[], $3::text[]) e(shadow_id, because) where s.service = $1 and s.shadow_id = e.shadow_id and s.ended_because is null`,
    values: [service, ends.map(({ shadowId }) => shadowId), ends.map(({ because }) => because)],
  });
}

/** The rules of a shadow, as they were sent; nothing for one that is forgotten. */
export async function loadContent(tx: Transaction, service: string, shadowId: string): Promise<string> {
  const rows = await query<{ readonly content: string }>(tx, { name: 'rulebook.shadow-content', text: 'select content from rulebook.shadow where service = $1 and shadow_id = $2', values: [service, shadowId] });
  return rows[0]?.content ?? '';
}

/** Adds what a transaction has counted. */
export async function addTallies(tx: Transaction, service: string, tallies: readonly ShadowTally[]): Promise<void> {
  if (tallies.length === 0) return;
  await query(tx, {
    name: 'rulebook.add-tallies',
    text: `insert into rulebook.shadow_tally (service, shadow_id, decisions, checked, changed, outcomes, examples)
      select $1, * from unnest($2::text[], $3::int[], $4::int[], $5::int[], $6::text[], $7::text[])`,
    values: [
      service, tallies.map(({ shadowId }) => shadowId), tallies.map(({ decisions }) => decisions), tallies.map(({ checked }) => checked), tallies.map(({ changed }) => changed),
      tallies.map(({ outcomes }) => JSON.stringify(outcomes)), tallies.map(({ examples }) => JSON.stringify(examples)),
    ],
  });
}

/** Takes out what was counted since the last time. */
export async function takeTallies(tx: Transaction, service: string, shadowIds: readonly string[]): Promise<readonly ShadowTally[]> {
  const rows = await query<Tally & { readonly shadow_id: string }>(tx, {
    name: 'rulebook.take-tallies',
    text: `delete from rulebook.shadow_tally where service = $1 and shadow_id = any($2::text[])
      returning shadow_id, decisions, checked, changed, outcomes::jsonb as outcomes, examples::jsonb as examples`,
    values: [service, shadowIds],
  });
  return rows.map(({ shadow_id: shadowId, decisions, checked, changed, outcomes, examples }) => ({ shadowId, decisions, checked, changed, outcomes, examples }));
}
