import type { Transaction } from '@order-mesh/messaging';
import type { Instant } from '@order-mesh/kernel';
import { query } from '@order-mesh/platform';
import type { OrderCase } from '../domain/order-case.ts';
import type { CaseBook } from '../usecases/ports.ts';

/** The cases in PostgreSQL, schema `order_orchestrator`. */
export const pgCaseBook: CaseBook = {
  async load(tx, orderIds) {
    const rows = await query<Row>(tx, { name: 'case.load', text: `select ${COLUMNS} from order_orchestrator.order_case where order_id = any($1::text[]) order by order_id for update`, values: [orderIds] });
    return new Map(rows.map((row) => [row.order_id, caseOf(row)]));
  },
  async loadGoneOn(tx, stuckBefore, limit) {
    const rows = await query<Row>(tx, {
      name: 'case.load-gone-on',
      text: `select ${COLUMNS} from order_orchestrator.order_case c where c.kind = 'stuck' and c.status = 'open'
          and exists (select from order_orchestrator.saga s where s.order_id = c.order_id and (s.deadline is null or s.deadline > $1))
        order by due_at, order_id limit $2 for update skip locked`,
      values: [new Date(stuckBefore), limit],
    });
    return rows.map(caseOf);
  },
  save: saveCases,
};

const COLUMNS = 'order_id, kind, status, opening, step, reason, detail, owner, assignee, opened_at, due_at, decision, decided_by, note, decided_at, outcome, closed_at';

interface Row {
  readonly order_id: string;
  readonly kind: OrderCase['kind'];
  readonly status: OrderCase['status'];
  readonly opening: number;
  readonly step: string;
  readonly reason: string;
  readonly detail: string;
  readonly owner: string;
  readonly assignee: string | null;
  readonly opened_at: Instant;
  readonly due_at: Instant;
  readonly decision: string | null;
  readonly decided_by: string | null;
  readonly note: string | null;
  readonly decided_at: Instant | null;
  readonly outcome: string | null;
  readonly closed_at: Instant | null;
}

function caseOf({ order_id: orderId, kind, status, opening, step, reason, detail, owner, assignee, ...row }: Row): OrderCase {
  const decision = row.decision === null ? null : { decision: row.decision, by: row.decided_by ?? '', note: row.note ?? '', at: row.decided_at ?? 0 };
  return { orderId, kind, status, opening, refusal: { step, reason, detail }, owner, assignee, openedAt: row.opened_at, dueAt: row.due_at, decision, outcome: row.outcome, closedAt: row.closed_at };
}

async function saveCases(tx: Transaction, cases: readonly OrderCase[]): Promise<void> {
  const moment = (at: Instant | null | undefined): Date | null => (at === null || at === undefined ? null : new Date(at));
  await query(tx, {
    name: 'case.save',
    text: `insert into order_orchestrator.order_case (${COLUMNS})
      select * from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::timestamptz[],
        $12::text[], $13::text[], $14::text[], $15::timestamptz[], $16::text[], $17::timestamptz[])
      on conflict (order_id) do update set kind = excluded.kind, status = excluded.status, opening = excluded.opening, step = excluded.step, reason = excluded.reason,
        detail = excluded.detail, owner = excluded.owner, assignee = excluded.assignee, opened_at = excluded.opened_at, due_at = excluded.due_at, decision = excluded.decision,
        decided_by = excluded.decided_by, note = excluded.note, decided_at = excluded.decided_at, outcome = excluded.outcome, closed_at = excluded.closed_at`,
    values: [
      cases.map(({ orderId }) => orderId), cases.map(({ kind }) => kind), cases.map(({ status }) => status), cases.map(({ opening }) => opening),
      cases.map(({ refusal }) => refusal.step), cases.map(({ refusal }) => refusal.reason), cases.map(({ refusal }) => refusal.detail), cases.map(({ owner }) => owner),
      cases.map(({ assignee }) => assignee), cases.map(({ openedAt }) => moment(openedAt)), cases.map(({ dueAt }) => moment(dueAt)), cases.map(({ decision }) => decision?.decision ?? null),
      cases.map(({ decision }) => decision?.by ?? null), cases.map(({ decision }) => decision?.note ?? null), cases.map(({ decision }) => moment(decision?.at)),
      cases.map(({ outcome }) => outcome), cases.map(({ closedAt }) => moment(closedAt)),
    ],
  });
}
