import { decideTask } from '@order-mesh/approvals';
import { reviewCredit } from '@order-mesh/credit';
import { fen } from '@order-mesh/kernel';
import { counts, type Facts, type Invariant } from '../facts.ts';
import { together, type Found, type Offence } from '../verdict.ts';

/**
 * A decision is kept with what it was decided on, in one row that is written at once: put to the same pure function again, the same must come
 * out. Nothing of it can lag.
 */
export const decisionsRepeat: Invariant = {
  id: 'I9',
  title: 'decisions come out the same again',
  promise: 'A decision that is put to the same rules with what was recorded of it comes out as it was recorded.',
  check: async (facts) => together(await grants(facts), await approvals(facts), {
    offences: [], checked: {},
    notChecked: ['refusals of credit, and all decisions on stock: what they were decided on is not recorded', 'the version of the rules: a decision does not name one yet; the policy is read at start'],
  }),
};

interface Grant {
  readonly order_id: string;
  readonly customer_id: string;
  readonly amount: string;
  readonly approval_id: string | null;
  readonly exposure: string;
  readonly credit_limit: string;
}

async function grants(facts: Facts): Promise<Found> {
  const offences: Offence[] = [];
  for await (const rows of facts.snapshot.stream<Grant>(`select order_id, customer_id, amount, approval_id, exposure, credit_limit from credit.hold where status in ('held', 'confirmed', 'invoiced')`)) {
    for (const row of rows) {
      const again = reviewAgain(row);
      if (again !== null) offences.push({ subject: `order ${row.order_id}`, problem: `was granted credit of ${row.amount} fen; decided again it is ${again}` });
    }
  }
  return { offences, checked: await counts(facts, `select count(*) as grants from credit.hold where status in ('held', 'confirmed', 'invoiced')`) };
}

/** Null when it comes out the same. How overdue the customer was is not recorded. */
function reviewAgain({ order_id: orderId, customer_id: customerId, amount, approval_id: approvalId, exposure, credit_limit: limit }: Grant): string | null {
  const account = { customerId, limit: { amount: fen(BigInt(limit)), changedAt: 0 }, owed: BigInt(exposure) - BigInt(amount), held: 0n, oldestDueAt: null };
  const decision = reviewCredit(account, { orderId, customerId, amount: fen(BigInt(amount)), approvalId, revision: 0 }, { now: 0, freezeAfterDaysOverdue: 0 });
  if (decision.type === 'refused') return `refused: ${decision.refusal.detail}`;
  return decision.exposure === BigInt(exposure) ? null : `granted up to ${decision.exposure} fen instead of ${exposure}`;
}

interface Decided {
  readonly approval_id: string;
  readonly order_id: string;
  readonly subject: string;
  readonly status: 'granted' | 'denied';
  readonly deadline: string;
  readonly decided_by: string;
  readonly comment: string;
  readonly decided_at: string;
}

async function approvals({ snapshot }: Facts): Promise<Found> {
  const rows = await snapshot.rows<Decided>(`select approval_id, order_id, subject, status, decided_by, comment, round(extract(epoch from deadline) * 1000)::bigint as deadline,
    round(extract(epoch from decided_at) * 1000)::bigint as decided_at from approvals.task where status in ('granted', 'denied')`);
  const offences = rows.flatMap((row): readonly Offence[] => {
    const again = decideAgain(row);
    return again === row.status ? [] : [{ subject: `approval ${row.approval_id}`, problem: `was ${row.status} by ${row.decided_by}; decided again it is ${again}` }];
  });
  return { offences, checked: { approvals: rows.length } };
}

function decideAgain({ approval_id: approvalId, order_id: orderId, subject, status, deadline, decided_by: decidedBy, comment, decided_at: decidedAt }: Decided): string {
  const asked = { customerId: '', region: '', role: '', amount: fen(0n), reason: '', detail: '', revision: 0, escalatedTo: '', requestedBy: '', remindAt: null, escalation: null };
  const task = { ...asked, approvalId, orderId, subject, status: 'open', deadline: Number(deadline) } as const;
  const verdict = decideTask(task, { orderId, approvalId, decision: status, decidedBy, comment, decidedAt: Number(decidedAt) });
  return verdict.type === 'decided' ? verdict.task.status : verdict.ignored.reason;
}
