import type { Instant } from '@order-mesh/kernel';
import { query, type Database } from '@order-mesh/platform';
import { writeRecord } from '@order-mesh/rules';
import type { AlertBook, CallbackBook } from '../usecases/ports.ts';

interface AlertRow {
  readonly key: string;
  readonly line: string;
  readonly at: Instant;
  readonly recipients: readonly string[];
}

/** The alerts in PostgreSQL, schema `wecom_adapter`. */
export function pgAlertBook(database: Database): AlertBook {
  return {
    async note(tx, alerts) {
      if (alerts.length === 0) return;
      const text = `insert into wecom_adapter.alert (key, line, at, recipients, record, told_at)
        select key, line, at, string_to_array(roles, ','), record, case roles when '' then at end from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[]) noted(key, line, at, roles, record)
        on conflict (key) do nothing`;
      const values = [
        alerts.map(({ key }) => key), alerts.map(({ line }) => line), alerts.map(({ at }) => new Date(at)), alerts.map(({ recipients }) => recipients.join(',')), alerts.map(({ record }) => writeRecord(record)),
      ];
      await query(tx, { name: 'wecom.note-alerts', text, values });
    },
    async drop(tx, keys) {
      if (keys.length > 0) await query(tx, { name: 'wecom.drop-alerts', text: 'delete from wecom_adapter.alert where key = any($1::text[]) and told_at is null', values: [keys] });
    },
    async takeUntold(tx, now, atMost) {
      const text = `with taken as (update wecom_adapter.alert set told_at = $1 where key = any(array(
          select key from wecom_adapter.alert where told_at is null order by at, key limit $2 for update skip locked)) returning key, line, at, recipients)
        select key, line, at, recipients from taken order by at, key`;
      return query<AlertRow>(tx, { name: 'wecom.take-untold-alerts', text, values: [new Date(now), atMost] });
    },
    async anyUntold() {
      const [row] = await database.query<{ readonly untold: boolean }>({ name: 'wecom.any-alert-untold', text: 'select exists (select from wecom_adapter.alert where told_at is null) as untold' });
      return row?.untold ?? false;
    },
    async forget(tx, toldBefore) {
      const text = 'delete from wecom_adapter.alert where key = any(array(select key from wecom_adapter.alert where told_at < $1 limit 1000))';
      await query(tx, { name: 'wecom.forget-alerts', text, values: [new Date(toldBefore)] });
    },
    async lastLetter() {
      const [row] = await database.query<{ readonly up_to: bigint }>({ name: 'wecom.last-letter', text: 'select up_to from wecom_adapter.letters_noted' });
      return row?.up_to.toString() ?? null;
    },
    async keepLastLetter(tx, id) {
      const text = `insert into wecom_adapter.letters_noted as known (up_to) values ($1::text::int8) on conflict (one) do update set up_to = greatest(known.up_to, excluded.up_to)`;
      await query(tx, { name: 'wecom.keep-last-letter', text, values: [id] });
    },
  };
}

/** The callbacks heard, in PostgreSQL, schema `wecom_adapter`. */
export const pgCallbackBook: CallbackBook = {
  async isFirst(tx, stamp, now) {
    const text = 'insert into wecom_adapter.heard (stamp, at) values ($1, $2) on conflict (stamp) do nothing returning stamp';
    return (await query(tx, { name: 'wecom.hear', text, values: [stamp, new Date(now)] })).length > 0;
  },
  async forget(tx, heardBefore) {
    const text = 'delete from wecom_adapter.heard where stamp = any(array(select stamp from wecom_adapter.heard where at < $1 limit 1000))';
    await query(tx, { name: 'wecom.forget-heard', text, values: [new Date(heardBefore)] });
  },
};
