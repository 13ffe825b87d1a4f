import { isDeepStrictEqual } from 'node:util';
import { decideTask } from '@order-mesh/approvals';
import { reviewCredit } from '@order-mesh/credit';
import { fen } from '@order-mesh/kernel';
import { compileText, decisionPoints, readRecord, readRecords, type CompiledRules, type DecisionRecord } from '@order-mesh/rules';
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
  check: async (facts) => together(await byRules(facts), await grants(facts), await approvals(facts), {
    offences: [], checked: {},
    notChecked: ['decisions on stock, and refusals of credit that no rule made: what they were decided on is not recorded'],
  }),
};

/** Where services keep a decision of rules beside what they made of it. */
const KEPT = [
  { decisions: 'decisions on prices', table: 'pricing.quote', column: 'records', what: 'its price ' }, { decisions: 'decisions on credit', table: 'credit.hold', column: 'record', what: '' },
  { decisions: 'forms of contracts', table: 'contract.contract', column: 'record', what: 'its contract ' }, { decisions: 'flows of approvals', table: 'approvals.task', column: 'record', what: 'its approval ' }, { decisions: 'ways of shipments', table: 'logistics.shipment', column: 'record', what: 'its shipment ' },
] as const;

/** There only where WeCom is set up. */
const ALERTS = { decisions: 'alerts', table: 'wecom_adapter.alert', column: 'record', what: '' } as const;

async function hasAlerts({ snapshot }: Facts): Promise<boolean> {
  const [row] = await snapshot.rows<{ readonly alerts: string | null }>(`select to_regclass('${ALERTS.table}') as alerts`);
  return (row?.alerts ?? null) !== null;
}

interface Kept {
  readonly order_id: string;
  readonly record: string;
}

async function byRules(facts: Facts): Promise<Found> {
  const rules = await rulesByHash(facts);
  const all: Found[] = [];
  for (const kept of KEPT) all.push(await again(facts, kept, rules));
  if (await hasAlerts(facts)) all.push(await again(facts, ALERTS, rules));
  return together(...all);
}

/** What one row keeps: one decision, or several in a list. */
const READ = { record: (json: string) => [readRecord(json)], records: readRecords } as const;

async function again({ snapshot }: Facts, { decisions, table, column, what }: (typeof KEPT)[number] | typeof ALERTS, rules: ReadonlyMap<string, CompiledRules>): Promise<Found> {
  const offences: Offence[] = [];
  let count = 0;
  const [key, subject] = table === ALERTS.table ? ['key', 'alert'] : ['order_id', 'order'];
  for await (const rows of snapshot.stream<Kept>(`select ${key} as order_id, ${column} as record from ${table} where ${column} is not null`)) {
    const kept = rows.flatMap(({ order_id: orderId, record }) => READ[column](record).map((one) => ({ orderId, one })));
    count += kept.length;
    offences.push(...kept.flatMap(({ orderId, one }): readonly Offence[] => {
      const problem = againByRules(one, rules);
      return problem === null ? [] : [{ subject: `${subject} ${orderId}`, problem: `${what}${problem}` }];
    }));
  }
  return { offences, checked: { [decisions]: count } };
}

/** All rules that were ever decided by, by their hash. */
async function rulesByHash({ snapshot }: Facts): Promise<ReadonlyMap<string, CompiledRules>> {
  const rows = await snapshot.rows<{ readonly hash: string; readonly point: string; readonly content: string }>('select hash, point, content from rulebook.rule_set');
  return new Map(rows.flatMap(({ hash, point: name, content }) => {
    const point = decisionPoints.get(name);
    const compiled = point && compileText(point, content);
    return compiled?.ok ? [[hash, compiled.rules] as const] : [];
  }));
}

/** Null when the rules say the same again on what they were told. */
function againByRules({ facts, moment, said, rule, hash }: DecisionRecord, rules: ReadonlyMap<string, CompiledRules>): string | null {
  const then = rules.get(hash);
  if (!then) return `was decided by rules ${hash}, which are not kept`;
  const again = then.decide(facts, moment);
  return again.rule === rule && isDeepStrictEqual(again.said, said) ? null : `was decided ${JSON.stringify(said)} by ${rule ?? 'no rule'}; decided again it is ${JSON.stringify(again.said)} by ${again.rule ?? 'no rule'}`;
}

interface Row {
  readonly order_id: string;
  readonly customer_id: string;
  readonly amount: string;
  readonly approval_id: string | null;
  readonly exposure: string;
  readonly credit_limit: string;
  readonly record: string | null;
}

const GRANTED = `from credit.hold where status in ('held', 'confirmed', 'invoiced') and exposure is not null and credit_limit is not null`;

async function grants(facts: Facts): Promise<Found> {
  const offences: Offence[] = [];
  for await (const rows of facts.snapshot.stream<Row>(`select order_id, customer_id, amount, approval_id, exposure, credit_limit, record ${GRANTED}`)) {
    for (const row of rows) {
      const problem = againByLimit(row);
      if (problem !== null) offences.push({ subject: `order ${row.order_id}`, problem });
    }
  }
  return { offences, checked: await counts(facts, `select count(*) as "grants of credit" ${GRANTED}`) };
}

/** Null when what was granted is granted again. */
function againByLimit({ order_id: orderId, customer_id: customerId, amount, approval_id: approvalId, exposure, credit_limit: limit, record }: Row): string | null {
  const account = { customerId, limit: { amount: fen(BigInt(limit)), changedAt: 0 }, owed: BigInt(exposure) - BigInt(amount), held: 0n, oldestDueAt: null };
  const said = record === null ? { said: { verdict: 'grant' }, rule: null, hash: '' } : readRecord(record);
  const decision = reviewCredit(account, { orderId, customerId, amount: fen(BigInt(amount)), approvalId, revision: 0, startedAt: 0 }, { now: 0, rules: { decide: () => said } });
  const was = `was granted credit of ${amount} fen`;
  if (decision.type === 'refused') return `${was}; decided again it is refused: ${decision.refusal.detail}`;
  return decision.exposure === BigInt(exposure) ? null : `${was}; decided again it is granted up to ${decision.exposure} fen instead of ${exposure}`;
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
  const asked = { customerId: '', region: '', role: '', amount: fen(0n), reason: '', detail: '', revision: 0, escalatedTo: '', requestedBy: '', record: null, evidence: [], prices: [], remindAt: null, escalation: null };
  const task = { ...asked, approvalId, orderId, subject, status: 'open', deadline: Number(deadline) } as const;
  const verdict = decideTask(task, { orderId, approvalId, decision: status, decidedBy, comment, decidedAt: Number(decidedAt) });
  return verdict.type === 'decided' ? verdict.task.status : verdict.ignored.reason;
}
