import { fen, MeshError, type Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import { query } from '@order-mesh/platform';
import { readRecord, writeRecord } from '@order-mesh/rules';
import type { Task } from '../domain/task.ts';
import type { TaskBook } from '../usecases/ports.ts';
import { readEvidence, readPrices, writeEvidence } from './evidence-json.ts';

/** The task book in PostgreSQL, schema `approvals`. */
export const pgTaskBook: TaskBook = {
  async load(tx, orderIds) {
    const tasks = await lockTasks(tx, orderIds);
    const withdrawn = await loadWithdrawn(tx, orderIds);
    const known = new Set([...tasks.map(({ orderId }) => orderId), ...withdrawn.keys()]);
    return new Map([...known].map((orderId) => [orderId, {
      orderId, withdrawn: withdrawn.get(orderId) ?? null, tasks: tasks.filter((task) => task.orderId === orderId),
    }]));
  },
  async save(tx, dossiers) {
    const tasks = dossiers.flatMap((dossier) => dossier.tasks);
    const withdrawn = dossiers.flatMap(({ orderId, withdrawn: upTo }) => (upTo === null ? [] : [{ orderId, upTo }]));
    if (tasks.length > 0) await saveTasks(tx, tasks);
    if (withdrawn.length > 0) await saveWithdrawn(tx, withdrawn);
  },
  async due(tx, now, atMost) {
    const rows = await query<{ readonly order_id: string }>(tx, {
      name: 'approvals.due-orders',
      text: `select order_id from approvals.task where status = 'open' and least(remind_at, escalate_at, deadline) <= $1
        group by order_id order by min(least(remind_at, escalate_at, deadline)), order_id limit $2`,
      values: [new Date(now), atMost],
    });
    return rows.map((row) => row.order_id);
  },
};

interface TaskRow {
  readonly approval_id: string;
  readonly order_id: string;
  readonly subject: string;
  readonly status: Task['status'];
  readonly customer_id: string;
  readonly region: string;
  readonly role: string;
  readonly amount: bigint;
  readonly reason: string;
  readonly detail: string;
  readonly deadline: Instant;
  readonly revision: number;
  readonly remind_at: Instant | null;
  readonly escalate_at: Instant | null;
  readonly escalate_to: string | null;
  readonly escalated_to: string;
  readonly requested_by: string;
  readonly record: string | null;
  readonly evidence: string;
  readonly prices: string;
  readonly decided_by: string | null;
  readonly decider: string | null;
  readonly on_behalf_of: string;
  readonly comment: string | null;
  readonly decided_at: Instant | null;
}

async function lockTasks(tx: Transaction, orderIds: readonly string[]): Promise<readonly Task[]> {
  const rows = await query<TaskRow>(tx, {
    name: 'approvals.lock-tasks',
    text: `select approval_id, order_id, subject, status, customer_id, region, role, amount, reason, detail, deadline, revision,
        remind_at, escalate_at, escalate_to, escalated_to, requested_by, record, evidence, prices, decided_by, decider, on_behalf_of, comment, decided_at
      from approvals.task where order_id = any($1::text[]) order by approval_id for update`,
    values: [orderIds],
  });
  return rows.map(taskOf);
}

function taskOf(row: TaskRow): Task {
  const { status, decided_by: decidedBy, decider, comment, decided_at: decidedAt } = row;
  const question = {
    approvalId: row.approval_id, orderId: row.order_id, subject: row.subject, customerId: row.customer_id, region: row.region, role: row.role,
    amount: fen(row.amount), reason: row.reason, detail: row.detail, deadline: row.deadline, revision: row.revision, escalatedTo: row.escalated_to, requestedBy: row.requested_by,
    record: row.record === null ? null : readRecord(row.record), evidence: readEvidence(row.evidence), prices: readPrices(row.prices),
  };
  if (status === 'open') return { ...question, status, remindAt: row.remind_at, escalation: row.escalate_at === null || row.escalate_to === null ? null : { at: row.escalate_at, to: row.escalate_to } };
  if (status !== 'granted' && status !== 'denied') return { ...question, status };
  if (decidedBy === null || decider === null || comment === null || decidedAt === null) {
    throw new MeshError('BROKEN_PROMISE', { advice: `task ${row.approval_id} is ${status} by nobody` });
  }
  return { ...question, status, decidedBy, decider, onBehalfOf: row.on_behalf_of, comment, decidedAt };
}

async function saveTasks(tx: Transaction, tasks: readonly Task[]): Promise<void> {
  const decided = tasks.map((task) => ('decidedBy' in task ? task : undefined));
  const open = tasks.map((task) => (task.status === 'open' ? task : undefined));
  await query(tx, {
    name: 'approvals.save-tasks',
    text: `insert into approvals.task (approval_id, order_id, subject, status, customer_id, region, role, amount, reason, detail, deadline,
        revision, decided_by, comment, decided_at, remind_at, escalate_at, escalate_to, escalated_to, on_behalf_of,
        requested_by, decider, record, evidence, prices)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::text[], $10::text[],
        $11::timestamptz[], $12::integer[], $13::text[], $14::text[], $15::timestamptz[], $16::timestamptz[], $17::timestamptz[],
        $18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::text[], $24::text[], $25::text[])
      on conflict (approval_id) do update set status = excluded.status, decided_by = excluded.decided_by, comment = excluded.comment,
        decided_at = excluded.decided_at, remind_at = excluded.remind_at, escalate_at = excluded.escalate_at, escalate_to = excluded.escalate_to,
        escalated_to = excluded.escalated_to, on_behalf_of = excluded.on_behalf_of, decider = excluded.decider,
        changed_at = now()`,
    values: [
      tasks.map(({ approvalId }) => approvalId), tasks.map(({ orderId }) => orderId), tasks.map(({ subject }) => subject),
      tasks.map(({ status }) => status), tasks.map(({ customerId }) => customerId), tasks.map(({ region }) => region), tasks.map(({ role }) => role),
      tasks.map(({ amount }) => amount), tasks.map(({ reason }) => reason), tasks.map(({ detail }) => detail),
      tasks.map(({ deadline }) => new Date(deadline)), tasks.map(({ revision }) => revision),
      decided.map((task) => task?.decidedBy ?? null), decided.map((task) => task?.comment ?? null),
      decided.map((task) => (task ? new Date(task.decidedAt) : null)),
      open.map((task) => dateOf(task?.remindAt)), open.map((task) => dateOf(task?.escalation?.at)), open.map((task) => task?.escalation?.to ?? null),
      tasks.map(({ escalatedTo }) => escalatedTo), decided.map((task) => task?.onBehalfOf ?? ''),
      tasks.map(({ requestedBy }) => requestedBy), decided.map((task) => task?.decider ?? null), tasks.map(({ record }) => (record === null ? null : writeRecord(record))),
      tasks.map(({ evidence }) => writeEvidence(evidence)), tasks.map(({ prices }) => writeEvidence(prices)),
    ],
  });
}

const dateOf = (instant: Instant | null | undefined): Date | null => (instant === null || instant === undefined ? null : new Date(instant));

async function loadWithdrawn(tx: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await query<{ readonly order_id: string; readonly revision: number }>(tx, {
    name: 'approvals.load-withdrawals',
    text: 'select order_id, revision from approvals.withdrawal where order_id = any($1::text[])',
    values: [orderIds],
  });
  return new Map(rows.map((row) => [row.order_id, row.revision]));
}

async function saveWithdrawn(tx: Transaction, withdrawn: readonly { readonly orderId: string; readonly upTo: number }[]): Promise<void> {
  await query(tx, {
    name: 'approvals.save-withdrawals',
    text: `insert into approvals.withdrawal (order_id, revision) select * from unnest($1::text[], $2::integer[])
      on conflict (order_id) do update set revision = excluded.revision`,
    values: [withdrawn.map(({ orderId }) => orderId), withdrawn.map(({ upTo }) => upTo)],
  });
}
