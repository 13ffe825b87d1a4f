import type { Instant } from '@order-mesh/kernel';
import { query, type Database } from '@order-mesh/platform';
import type { Positions } from '../usecases/ports.ts';

/** The position in one topic, in PostgreSQL, schema `crm_adapter`. */
export function pgPositions(topic: string, database: Pick<Database, 'query'>): Positions {
  return {
    async load() {
      const [row] = await database.query<PositionRow>({ name: 'crm-adapter.load-position', text: LOAD, values: [topic] });
      return { replayId: row?.replay_id ?? null, changedAt: row?.changed_at ?? null };
    },
    async save(tx, { replayId, changedAt }) {
      const values = [topic, replayId && Buffer.from(replayId), changedAt === null ? null : new Date(changedAt)];
      await query(tx, { name: 'crm-adapter.save-position', text: SAVE, values });
    },
    async begin(tx, at) {
      await query(tx, { name: 'crm-adapter.begin-position', text: BEGIN, values: [topic, new Date(at)] });
    },
  };
}

interface PositionRow {
  readonly replay_id: Buffer | null;
  readonly changed_at: Instant | null;
}

const LOAD = 'select replay_id, changed_at from crm_adapter.position where topic = $1';

const SAVE = `
  insert into crm_adapter.position (topic, replay_id, changed_at, saved_at) values ($1, $2, $3, now())
  on conflict (topic) do update set replay_id = excluded.replay_id, changed_at = coalesce(excluded.changed_at, position.changed_at), saved_at = excluded.saved_at`;

const BEGIN = `
  insert into crm_adapter.position (topic, changed_at) values ($1, $2)
  on conflict (topic) do update set changed_at = coalesce(position.changed_at, excluded.changed_at)`;
