import type { Instant } from '@order-mesh/kernel';
import { query } from '@order-mesh/platform';
import type { End, Shadow } from '../domain/shadow.ts';
import type { RuleBook } from '../usecases/ports.ts';

/** The shadows of the rule book in PostgreSQL, table `rules.shadow`. */
export const pgShadows: Pick<RuleBook, 'shadows' | 'saveShadows'> = {
  async shadows(tx, points) {
    const rows = await query<ShadowRow>(tx, {
      name: 'rules.lock-shadows',
      text: 'select point, shadow_id, change_id, author, since, until, ended_because, ended_by, ended_at from rules.shadow where point = any($1::text[]) order by point for update',
      values: [points],
    });
    return rows.map(shadowOf);
  },
  async saveShadows(tx, shadows) {
    await query(tx, {
      name: 'rules.save-shadows',
      text: `insert into rules.shadow (point, shadow_id, change_id, author, since, until, ended_because, ended_by, ended_at)
        select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[], $8::text[], $9::timestamptz[])
        on conflict (point) do update set shadow_id = excluded.shadow_id, change_id = excluded.change_id, author = excluded.author, since = excluded.since, until = excluded.until,
          ended_because = excluded.ended_because, ended_by = excluded.ended_by, ended_at = excluded.ended_at`,
      values: [
        shadows.map(({ point }) => point), shadows.map(({ shadowId }) => shadowId), shadows.map(({ changeId }) => changeId), shadows.map(({ author }) => author),
        shadows.map(({ since }) => new Date(since)), shadows.map(({ until }) => new Date(until)), shadows.map(({ ended }) => ended?.because ?? null),
        shadows.map(({ ended }) => ended?.by ?? null), shadows.map(({ ended }) => (ended ? new Date(ended.at) : null)),
      ],
    });
  },
};

interface ShadowRow {
  readonly point: string;
  readonly shadow_id: string;
  readonly change_id: string;
  readonly author: string;
  readonly since: Instant;
  readonly until: Instant;
  readonly ended_because: End['because'] | null;
  readonly ended_by: string | null;
  readonly ended_at: Instant | null;
}

function shadowOf({ point, shadow_id: shadowId, change_id: changeId, author, since, until, ended_because: because, ended_by: by, ended_at: at }: ShadowRow): Shadow {
  return { point, shadowId, changeId, author, since, until, ended: because !== null && by !== null && at !== null ? { because, by, at } : null };
}
