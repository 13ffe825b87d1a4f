import { query, type Database } from '@order-mesh/platform';
import { printable } from '../domain/mask.ts';
import { askedAtOf, changeFactsOf, changeItemOf, type ChangeView } from '../domain/rules-view.ts';
import { simulationItemOf, type SimulationView } from '../domain/simulation-view.ts';
import type { ReleaseItem, RulesReader, RulesViews } from '../usecases/rules-ports.ts';
import { pgShadowReader, pgShadowViews } from './pg-shadow-views.ts';
import { releaseItemOf } from './release-item.ts';
import { toJson } from './view-json.ts';

interface StateRow {
  readonly state: string;
}

interface ChangeRow extends StateRow {
  readonly content: string | null;
}

// no money in them
const changeFrom = ({ state, content }: ChangeRow): ChangeView => ({ ...JSON.parse(state), content });
const simulationFrom = ({ state }: StateRow): SimulationView => JSON.parse(state);
const releaseFrom = ({ state }: StateRow): ReleaseItem => JSON.parse(state);

/** The views of the rules in PostgreSQL, schema `gateway`. */
export const pgRulesViews: RulesViews = {
  ...pgShadowViews,
  async addReleases(tx, releases) {
    await query(tx, {
      name: 'gateway.add-rules-versions',
      text: `insert into gateway.rules_version (point, version, state, content) select * from unnest($1::text[], $2::int[], $3::jsonb[], $4::text[]) on conflict do nothing`,
      values: [releases.map(({ point }) => point), releases.map(({ version }) => version), releases.map((release) => toJson(releaseItemOf(release))), releases.map(({ content }) => printable(content))],
    });
  },
  async loadChanges(tx, names) {
    const rows = await query<ChangeRow>(tx, {
      name: 'gateway.load-rules-changes',
      text: `select state::text, content from gateway.rules_change where (point, change_id) in (select * from unnest($1::text[], $2::text[])) order by point, change_id for update`,
      values: [names.map(({ point }) => point), names.map(({ changeId }) => changeId)],
    });
    return rows.map(changeFrom);
  },
  async findChange(tx, changeId) {
    const [row] = await query<ChangeRow>(tx, {
      name: 'gateway.find-rules-change', text: 'select state::text, content from gateway.rules_change where change_id = $1 order by asked_at desc limit 1 for update', values: [changeId],
    });
    return row ? changeFrom(row) : null;
  },
  async saveChanges(tx, changes) {
    await query(tx, {
      name: 'gateway.save-rules-changes',
      text: `insert into gateway.rules_change (point, change_id, asked_at, state, content) select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::jsonb[], $5::text[])
        on conflict (point, change_id) do update set asked_at = excluded.asked_at, state = excluded.state, content = excluded.content`,
      values: [
        changes.map(({ point }) => point), changes.map(({ changeId }) => changeId), changes.map((view) => new Date(askedAtOf(view))),
        changes.map(({ content: _, ...state }) => toJson(state)), changes.map(({ content }) => content),
      ],
    });
  },
  async loadSimulations(tx, simulationIds) {
    const rows = await query<StateRow>(tx, {
      name: 'gateway.load-rules-simulations', text: 'select state::text from gateway.rules_simulation where simulation_id = any($1::text[]) order by simulation_id for update', values: [simulationIds],
    });
    return rows.map(simulationFrom);
  },
  async saveSimulations(tx, simulations) {
    await query(tx, {
      name: 'gateway.save-rules-simulations',
      text: `insert into gateway.rules_simulation (simulation_id, state) select * from unnest($1::text[], $2::jsonb[]) on conflict (simulation_id) do update set state = excluded.state`,
      values: [simulations.map(({ simulationId }) => simulationId), simulations.map(toJson)],
    });
  },
};

/** Reads the views of the rules outside of any batch. */
export function pgRulesReader(database: Pick<Database, 'query'>): RulesReader {
  return {
    ...pgShadowReader(database),
    async live() {
      const rows = await database.query<StateRow>({ name: 'gateway.live-rules', text: 'select distinct on (point) state::text from gateway.rules_version order by point, version desc' });
      return rows.map(releaseFrom);
    },
    async releases(point) {
      const rows = await database.query<StateRow>({ name: 'gateway.list-rules-versions', text: 'select state::text from gateway.rules_version where point = $1 order by version desc', values: [point] });
      return rows.map(releaseFrom);
    },
    async release(point, version) {
      const [row] = await database.query<StateRow & { readonly content: string }>({
        name: 'gateway.read-rules-version', text: 'select state::text, content from gateway.rules_version where point = $1 and version = $2', values: [point, version],
      });
      return row ? { ...releaseFrom(row), content: row.content } : null;
    },
    async changes(point, { after, limit }) {
      const rows = await database.query<StateRow>({
        name: 'gateway.list-rules-changes',
        text: `select state::text from gateway.rules_change where point = $1 and ($2::timestamptz is null or (asked_at, change_id) < ($2, $3)) order by asked_at desc, change_id desc limit $4`,
        values: [point, after ? new Date(after.at) : null, after?.id ?? '', limit],
      });
      return rows.map((row) => changeItemOf(changeFrom({ ...row, content: null })));
    },
    async change(changeId) {
      const [row] = await database.query<ChangeRow>({
        name: 'gateway.read-rules-change', text: 'select state::text, content from gateway.rules_change where change_id = $1 order by asked_at desc limit 1', values: [changeId],
      });
      return row ? { ...changeItemOf(changeFrom(row)), content: row.content } : null;
    },
    async simulation(simulationId) {
      const [row] = await database.query<StateRow>({ name: 'gateway.read-rules-simulation', text: 'select state::text from gateway.rules_simulation where simulation_id = $1', values: [simulationId] });
      return row ? simulationItemOf(simulationFrom(row)) : null;
    },
    async changesSince(since, atMost) {
      const rows = await database.query<StateRow>({
        name: 'gateway.rules-changes-since', text: 'select state::text from gateway.rules_change where asked_at >= $1 order by asked_at desc limit $2', values: [new Date(since), atMost],
      });
      return rows.map((row) => changeFactsOf(changeFrom({ ...row, content: null })));
    },
  };
}
