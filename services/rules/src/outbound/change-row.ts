import { MeshError, type Instant } from '@order-mesh/kernel';
import type { Change, RefusedChange } from '../domain/change.ts';
import type { Refusal } from '../domain/check.ts';

/** A change as `rules.change` holds it. */
export interface ChangeRow {
  readonly point: string;
  readonly change_id: string;
  readonly kind: RefusedChange['kind'];
  readonly status: Change['status'];
  readonly author: string;
  readonly reason: string;
  readonly asked_at: Instant;
  readonly refused_because: Refusal['reason'] | null;
  readonly detail: string | null;
  readonly based_on: string | null;
  readonly hash: string | null;
  readonly content: string | null;
  readonly findings: string | null;
  readonly decided_by: string | null;
  readonly comment: string | null;
  readonly decided_at: Instant | null;
  readonly version: number | null;
}

export function changeOf(row: ChangeRow): Change {
  const { point, change_id: changeId, kind, author, reason, asked_at: askedAt } = row;
  const wish = { point, changeId, author, reason, askedAt };
  if (row.status === 'refused') {
    const refusal: Refusal = { reason: row.refused_because ?? missing(row, 'refused_because'), detail: row.detail ?? missing(row, 'detail') };
    return { ...wish, kind, status: 'refused', refusal };
  }
  const version = (): number => row.version ?? missing(row, 'version');
  if (kind === 'rollback') return { ...wish, kind, status: 'published', version: version() };
  const proposal = {
    ...wish, kind, basedOn: row.based_on ?? missing(row, 'based_on'), hash: row.hash ?? missing(row, 'hash'),
    content: row.content ?? missing(row, 'content'), findings: row.findings ?? missing(row, 'findings'),
  };
  if (row.status === 'proposed') return { ...proposal, status: 'proposed' };
  const decision = { decidedBy: row.decided_by ?? missing(row, 'decided_by'), comment: row.comment ?? missing(row, 'comment'), decidedAt: row.decided_at ?? missing(row, 'decided_at') };
  if (row.status === 'rejected') return { ...proposal, ...decision, status: 'rejected' };
  return { ...proposal, ...decision, status: 'published', version: version() };
}

function missing({ change_id: changeId, status }: ChangeRow, column: string): never {
  throw new MeshError('BROKEN_PROMISE', { advice: `change ${changeId} is ${status} and has no ${column}` });
}
