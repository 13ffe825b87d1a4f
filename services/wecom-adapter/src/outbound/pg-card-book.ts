import { fen, MeshError, type Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import { query, type Database } from '@order-mesh/platform';
import type { Card } from '../domain/card.ts';
import type { Answer, Verdict } from '../domain/question.ts';
import type { CardBook } from '../usecases/ports.ts';

interface CardRow {
  readonly approval_id: string;
  readonly order_id: string;
  readonly customer_id: string;
  readonly amount: bigint;
  readonly deadline: Instant;
  readonly approvers: readonly string[];
  readonly status: Card['status'];
  readonly sp_no: string | null;
  readonly other_sp_no: string | null;
  readonly check_at: Instant | null;
  readonly detail: string | null;
  readonly decision: Answer['decision'] | null;
  readonly decider: string | null;
  readonly decided_by: string | null;
  readonly outcome: Verdict['outcome'] | null;
  readonly outcome_by: string | null;
  readonly outcome_detail: string | null;
}

const COLUMNS = 'approval_id, order_id, customer_id, amount, deadline, approvers, status, sp_no, other_sp_no, check_at, detail, decision, decider, decided_by, outcome, outcome_by, outcome_detail';

/** The cards in PostgreSQL, schema `wecom_adapter`. */
export function pgCardBook(database: Database): CardBook {
  return {
    ofOrders: (tx, orderIds) => locked(tx, 'wecom.cards-of-orders', `order_id = any($1::text[])`, orderIds),
    ofTasks: (tx, approvalIds) => locked(tx, 'wecom.cards-of-tasks', `approval_id = any($1::text[])`, approvalIds),
    save: saveCards,
    async takeDue(tx, { now, nextAt, atMost }) {
      const text = `update wecom_adapter.card set check_at = $2 where approval_id = any(array(
          select approval_id from wecom_adapter.card where check_at <= $1 order by check_at limit $3 for update skip locked))
        returning ${COLUMNS}`;
      return (await query<CardRow>(tx, { name: 'wecom.take-due-cards', text, values: [new Date(now), new Date(nextAt), atMost] })).map(cardOf);
    },
    async anyDue(now) {
      const text = 'select exists (select from wecom_adapter.card where check_at <= $1) as due';
      const [row] = await database.query<{ readonly due: boolean }>({ name: 'wecom.any-card-due', text, values: [new Date(now)] });
      return row?.due ?? false;
    },
  };
}

/** The tasks whose cards have these numbers at WeCom, by number; those of no task we know are left out. */
export async function tasksByNumber(database: Database, spNos: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const text = `select sp_no, approval_id from wecom_adapter.card where sp_no = any($1::text[])
    union all select other_sp_no, approval_id from wecom_adapter.card where other_sp_no = any($1::text[])`;
  const rows = await database.query<{ readonly sp_no: string; readonly approval_id: string }>({ name: 'wecom.tasks-by-number', text, values: [spNos] });
  return new Map(rows.map((row) => [row.sp_no, row.approval_id]));
}

async function locked(tx: Transaction, name: string, condition: string, ids: readonly string[]): Promise<readonly Card[]> {
  if (ids.length === 0) return [];
  const text = `select ${COLUMNS} from wecom_adapter.card where ${condition} order by approval_id for update`;
  return (await query<CardRow>(tx, { name, text, values: [[...new Set(ids)]] })).map(cardOf);
}

async function saveCards(tx: Transaction, cards: readonly Card[]): Promise<void> {
  if (cards.length === 0) return;
  const answers = cards.map((card) => ('answer' in card ? card.answer : null));
  const verdicts = cards.map((card) => ('verdict' in card ? card.verdict : null));
  await query(tx, {
    name: 'wecom.save-cards',
    // A list cannot be one value of `unnest`: the approvers come as text
    text: `insert into wecom_adapter.card (${COLUMNS})
        select approval_id, order_id, customer_id, amount, deadline, string_to_array(approvers, '|'), status, sp_no, other_sp_no, check_at, detail, decision, decider, decided_by, outcome, outcome_by, outcome_detail
        from unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::text[], $12::text[], $13::text[],
          $14::text[], $15::text[], $16::text[], $17::text[]) as given (${COLUMNS})
      on conflict (approval_id) do update set approvers = excluded.approvers, status = excluded.status, sp_no = excluded.sp_no, other_sp_no = excluded.other_sp_no, check_at = excluded.check_at, detail = excluded.detail, decision = excluded.decision,
        decider = excluded.decider, decided_by = excluded.decided_by, outcome = excluded.outcome, outcome_by = excluded.outcome_by, outcome_detail = excluded.outcome_detail, changed_at = now()`,
    values: [
      cards.map(({ approvalId }) => approvalId), cards.map(({ orderId }) => orderId), cards.map(({ customerId }) => customerId), cards.map(({ amount }) => amount),
      cards.map(({ deadline }) => new Date(deadline)), cards.map(({ approvers }) => approvers.join('|')), cards.map(({ status }) => status),
      cards.map((card) => ('spNo' in card ? card.spNo : null)), cards.map(({ otherSpNo }) => otherSpNo), cards.map((card) => (card.status === 'open' ? new Date(card.checkAt) : null)),
      cards.map((card) => (card.status === 'unshown' ? card.detail : null)),
      answers.map((answer) => answer?.decision ?? null), answers.map((answer) => answer?.decider ?? null), answers.map((answer) => answer?.decidedBy ?? null),
      verdicts.map((verdict) => verdict?.outcome ?? null), verdicts.map((verdict) => verdict?.by ?? null), verdicts.map((verdict) => verdict?.detail ?? null),
    ],
  });
}

function cardOf(row: CardRow): Card {
  const { status, sp_no: spNo } = row;
  const question = { approvalId: row.approval_id, orderId: row.order_id, customerId: row.customer_id, amount: fen(row.amount), deadline: row.deadline, approvers: row.approvers, otherSpNo: row.other_sp_no };
  switch (status) {
    case 'asked': return { ...question, status };
    case 'unshown': return { ...question, status, detail: told(row, 'detail') };
    case 'open': return { ...question, status, spNo: told(row, 'sp_no'), checkAt: told(row, 'check_at') };
    case 'void': return { ...question, status, spNo: told(row, 'sp_no') };
    case 'answered': return { ...question, status, spNo: told(row, 'sp_no'), answer: answerOf(row) };
    case 'settled':
      return { ...question, status, spNo, answer: row.decision === null ? null : answerOf(row), verdict: { outcome: told(row, 'outcome'), by: row.outcome_by, detail: told(row, 'outcome_detail') } };
  }
}

const answerOf = (row: CardRow): Answer => ({ decision: told(row, 'decision'), decider: told(row, 'decider'), decidedBy: told(row, 'decided_by') });

function told<Column extends keyof CardRow>(row: CardRow, column: Column): NonNullable<CardRow[Column]> {
  const value = row[column];
  if (value === null || value === undefined) {
    throw new MeshError('BROKEN_PROMISE', { advice: `the card of ${row.approval_id} has no ${column}, which a ${row.status} one must have` });
  }
  return value;
}
