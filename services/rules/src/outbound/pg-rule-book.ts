import type { Instant } from '@order-mesh/kernel';
import { query, type Database } from '@order-mesh/platform';
import type { Release } from '../domain/release.ts';
import type { RuleBook } from '../usecases/ports.ts';
import { changeOf, type ChangeRow } from './change-row.ts';
import { pgShadows } from './pg-shadows.ts';

const VERSION_COLUMNS = 'point, version, hash, content, change_id, author, approved_by, reason, at';

/** The rule book in PostgreSQL, schema `rules`. */
export const pgRuleBook: RuleBook = {
  ...pgShadows,
  async live(tx, points) {
    const rows = await query<VersionRow>(tx, {
      name: 'rules.live-versions',
      text: `select distinct on (point) ${VERSION_COLUMNS} from rules.version where point = any($1::text[]) order by point, version desc`,
      values: [points],
    });
    return new Map(rows.map((row) => [row.point, releaseOf(row)]));
  },
  async changes(tx, names) {
    const rows = await query<ChangeRow>(tx, {
      name: 'rules.lock-changes',
      text: `select point, change_id, kind, status, author, reason, asked_at, refused_because, detail, based_on, hash, content, findings, decided_by, comment, decided_at, version
        from rules.change where (point, change_id) in (select * from unnest($1::text[], $2::text[])) order by point, change_id for update`,
      values: [names.map(({ point }) => point), names.map(({ changeId }) => changeId)],
    });
    return rows.map(changeOf);
  },
  async releases(tx, names) {
    const rows = await query<VersionRow>(tx, {
      name: 'rules.read-versions',
      text: `select ${VERSION_COLUMNS} from rules.version where (point, version) in (select * from unnest($1::text[], $2::integer[])) order by point, version`,
      values: [names.map(({ point }) => point), names.map(({ version }) => version)],
    });
    return rows.map(releaseOf);
  },
  async saveChanges(tx, changes) {
    const proposals = changes.map((change) => (change.status !== 'refused' && change.kind === 'proposal' ? change : undefined));
    const decided = changes.map((change) => ('decidedBy' in change ? change : undefined));
    const refusals = changes.map((change) => (change.status === 'refused' ? change.refusal : undefined));
    await query(tx, {
      name: 'rules.save-changes',
      text: `insert into rules.change (point, change_id, kind, status, author, reason, asked_at, refused_because, detail, based_on, hash, content, findings,
          decided_by, comment, decided_at, version)
        select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
          $13::text[], $14::text[], $15::text[], $16::timestamptz[], $17::integer[])
        on conflict (point, change_id) do update set status = excluded.status, decided_by = excluded.decided_by, comment = excluded.comment, decided_at = excluded.decided_at,
          version = excluded.version, changed_at = now()`,
      values: [
        changes.map(({ point }) => point), changes.map(({ changeId }) => changeId), changes.map(({ kind }) => kind), changes.map(({ status }) => status),
        changes.map(({ author }) => author), changes.map(({ reason }) => reason), changes.map(({ askedAt }) => new Date(askedAt)),
        refusals.map((refusal) => refusal?.reason ?? null), refusals.map((refusal) => refusal?.detail ?? null),
        proposals.map((change) => change?.basedOn ?? null), proposals.map((change) => change?.hash ?? null), proposals.map((change) => change?.content ?? null),
        proposals.map((change) => change?.findings ?? null), decided.map((change) => change?.decidedBy ?? null), decided.map((change) => change?.comment ?? null),
        decided.map((change) => (change ? new Date(change.decidedAt) : null)), changes.map((change) => ('version' in change ? change.version : null)),
      ],
    });
  },
  async addReleases(tx, releases) {
    await query(tx, {
      name: 'rules.add-versions',
      text: `insert into rules.version (${VERSION_COLUMNS})
        select * from unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[])`,
      values: [
        releases.map(({ point }) => point), releases.map(({ version }) => version), releases.map(({ hash }) => hash), releases.map(({ content }) => content),
        releases.map(({ changeId }) => changeId), releases.map(({ author }) => author), releases.map(({ approvedBy }) => approvedBy),
        releases.map(({ reason }) => reason), releases.map(({ at }) => new Date(at)),
      ],
    });
  },
};

interface VersionRow {
  readonly point: string;
  readonly version: number;
  readonly hash: string;
  readonly content: string;
  readonly change_id: string;
  readonly author: string;
  readonly approved_by: string | null;
  readonly reason: string;
  readonly at: Instant;
}

const releaseOf = ({ change_id: changeId, approved_by: approvedBy, ...row }: VersionRow): Release => ({ ...row, changeId, approvedBy });

/** The last version of each point that has any, outside of any batch. */
export const liveVersions = (database: Pick<Database, 'query'>) => async (): Promise<ReadonlyMap<string, number>> => {
  const rows = await database.query<{ readonly point: string; readonly version: number }>({ name: 'rules.count-versions', text: 'select point, max(version) as version from rules.version group by point' });
  return new Map(rows.map(({ point, version }) => [point, version]));
};
