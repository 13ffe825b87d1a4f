import { MeshError } from '@order-mesh/kernel';
import { query } from '@order-mesh/platform';
import type { KeptAnswer, KeyBook } from '../usecases/ports.ts';
import { jsonFrom, toJson } from './view-json.ts';

interface KeyRow {
  readonly key: string;
  readonly mine: boolean;
  readonly bodyDigest: string | null;
  readonly answer: string | null;
}

export const pgKeyBook: KeyBook = {
  async take(tx, keys) {
    const rows = await query<KeyRow>(tx, {
      name: 'gateway.take-keys',
      // never waits: whoever is second says so, and the batch goes on
      text: `select k.key, pg_try_advisory_xact_lock(hashtextextended('gateway:' || k.key, 0)) as mine, i.body_digest as "bodyDigest", i.answer::text
        from unnest($1::text[]) k(key) left join gateway.idempotency_key i using (key)`,
      values: [keys],
    });
    return new Map(rows.flatMap(({ key, mine, bodyDigest, answer }): readonly [string, KeptAnswer | 'elsewhere'][] => {
      if (bodyDigest !== null) return [[key, { key, bodyDigest, answer: jsonFrom(answer) }]];
      return mine ? [] : [[key, 'elsewhere']];
    }));
  },

  async keep(tx, answers, now) {
    const kept = await query(tx, {
      name: 'gateway.keep-keys',
      text: `insert into gateway.idempotency_key (key, body_digest, answer, created_at)
        select *, $4::timestamptz from unnest($1::text[], $2::text[], $3::jsonb[]) on conflict do nothing returning 1`,
      values: [answers.map(({ key }) => key), answers.map(({ bodyDigest }) => bodyDigest), answers.map(({ answer }) => toJson(answer)), new Date(now)],
    });
    if (kept.length !== answers.length) throw new MeshError('OFFSET_MOVED', { advice: 'a key was used elsewhere at the same moment; the requests are read anew' });
  },

  async replace(tx, { key, bodyDigest, answer }) {
    await query(tx, {
      name: 'gateway.replace-key',
      text: `update gateway.idempotency_key set body_digest = $2, answer = $3::jsonb where key = $1`,
      values: [key, bodyDigest, toJson(answer)],
    });
  },

  async forget(tx, before, atMost) {
    const forgotten = await query(tx, {
      name: 'gateway.forget-keys',
      text: `delete from gateway.idempotency_key where key in
        (select key from gateway.idempotency_key where created_at < $1 order by created_at limit $2 for update skip locked) returning 1`,
      values: [new Date(before), atMost],
    });
    return forgotten.length;
  },
};
