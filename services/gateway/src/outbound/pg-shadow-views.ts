import { query, type Database } from '@order-mesh/platform';
import { isOver, shadowItemOf, type ShadowView } from '../domain/shadow-view.ts';
import type { RulesReader, RulesViews } from '../usecases/rules-ports.ts';
import { toJson } from './view-json.ts';

interface StateRow {
  readonly state: string;
}

// no money in them
const shadowFrom = ({ state }: StateRow): ShadowView => JSON.parse(state);

/** The views of shadows in PostgreSQL, table `gateway.rules_shadow`. */
export const pgShadowViews: Pick<RulesViews, 'loadShadows' | 'findShadow' | 'saveShadows'> = {
  async loadShadows(tx, shadowIds) {
    const rows = await query<StateRow>(tx, {
      name: 'gateway.load-rules-shadows', text: 'select state::text from gateway.rules_shadow where shadow_id = any($1::text[]) order by shadow_id for update', values: [shadowIds],
    });
    return rows.map(shadowFrom);
  },
  async findShadow(tx, changeId) {
    const [row] = await query<StateRow>(tx, {
      name: 'gateway.find-rules-shadow', text: 'select state::text from gateway.rules_shadow where change_id = $1 order by since desc limit 1 for update', values: [changeId],
    });
    return row ? shadowFrom(row) : null;
  },
  async saveShadows(tx, shadows) {
    await query(tx, {
      name: 'gateway.save-rules-shadows',
      text: `insert into gateway.rules_shadow (shadow_id, change_id, since, is_over, state) select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::boolean[], $5::jsonb[])
        on conflict (shadow_id) do update set since = excluded.since, is_over = excluded.is_over, state = excluded.state`,
      values: [
        shadows.map(({ shadowId }) => shadowId), shadows.map(({ changeId }) => changeId), shadows.map(({ begun, told }) => new Date(begun?.since ?? told?.at ?? 0)), shadows.map(isOver), shadows.map(toJson),
      ],
    });
  },
};

const MOST_SHOWN = 100;

/** Reads the views of shadows outside of any batch. */
export const pgShadowReader = (database: Pick<Database, 'query'>): Pick<RulesReader, 'shadows' | 'shadow'> => ({
  async shadows() {
    const rows = await database.query<StateRow>({ name: 'gateway.list-rules-shadows', text: 'select state::text from gateway.rules_shadow where not is_over order by since desc limit $1', values: [MOST_SHOWN] });
    return rows.map((row) => shadowItemOf(shadowFrom(row)));
  },
  async shadow(changeId) {
    const [row] = await database.query<StateRow>({ name: 'gateway.read-rules-shadow', text: 'select state::text from gateway.rules_shadow where change_id = $1 order by since desc limit 1', values: [changeId] });
    return row ? shadowItemOf(shadowFrom(row)) : null;
  },
});
