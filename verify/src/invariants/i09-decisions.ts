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
  check: async (facts) => {
    const rules = await rulesByHash(facts);
    return together(await credit(facts, rules), await prices(facts, rules), await approvals(facts), {
      offences: [], checked: {},
      notChecked: ['decisions on stock, and refusals of credit that no rule made: what they were decided on is not recorded'],
    });
  },
};

type RulesByHash = ReadonlyMap<string, CompiledRules>;

interface Row {
  readonly order_id: string;
  readonly status: string;
  readonly customer_id: string;
  readonly amount: string;
  readonly approval_id: string | null;
  readonly exposure: string | null;
  readonly credit_limit: string | null;
  readonly record: string | null;
}

const DECIDED = `from credit.hold where status in ('held', 'confirmed', 'invoiced') or record is not null`;

async function credit(facts: Facts, rules: RulesByHash): Promise<Found> {
  const offences: Offence[] = [];
  for await (const rows of facts.snapshot.stream<Row>(`select order_id, status, customer_id, amount, approval_id, exposure, credit_limit, record ${DECIDED}`)) {
    for (const row of rows) offences.push(...[againByRules(row, rules), againByLimit(row)].flatMap((problem) => (problem === null ? [] : [{ subject: `order ${row.order_id}`, problem }])));
  }
  return { offences, checked: await counts(facts, `select count(*) as "decisions on credit", count(record) as "by rules" ${DECIDED}`) };
}

/** All rules that were ever decided by, by their hash. */
async function rulesByHash({ snapshot }: Facts): Promise<RulesByHash> {
  const rows = await snapshot.rows<{ readonly hash: string; readonly point: string; readonly content: string }>('select hash, point, content from rulebook.rule_set');
  return new Map(rows.flatMap(({ hash, point: name, content }) => {
    const point = decisionPoints.get(name);
    const compiled = point && compileText(point, content);
    return compiled?.ok ? [[hash, compiled.rules] as const] : [];
  }));
}

/** Null when the rules say the same again on what they were told. */
function againByRules({ record: json }: Row, rules: RulesByHash): string | null {
  return json === null ? null : again(readRecord(json), rules);
}

function again({ facts, moment, said, rule, hash }: DecisionRecord, rules: RulesByHash): string | null {
  const then = rules.get(hash);
  if (!then) return `was decided by rules ${hash}, which are not kept`;
  const now = then.decide(facts, moment);
  return now.rule === rule && isDeepStrictEqual(now.said, said) ? null : `was decided ${JSON.stringify(said)} by ${rule ?? 'no rule'}; decided again it is ${JSON.stringify(now.said)} by ${now.rule ?? 'no rule'}`;
}

/** What rules said of prices: each record of each order. */
async function prices({ snapshot }: Facts, rules: RulesByHash): Promise<Found> {
  const offences: Offence[] = [];
  let decisions = 0;
  for await (const rows of snapshot.stream<{ readonly order_id: string; readonly records: string }>('select order_id, records from pricing.quote where records is not null')) {
    for (const { order_id: orderId, records } of rows) {
      const all = readRecords(records);
      decisions += all.length;
      offences.push(...all.flatMap((record) => again(record, rules) ?? []).map((problem) => ({ subject: `order ${orderId}`, problem: `its price ${problem}` })));
    }
  }
  return { offences, checked: { 'decisions on prices': decisions } };
}

/** Null when what was granted is granted again; a refusal is no grant. */
function againByLimit({ order_id: orderId, customer_id: customerId, amount, approval_id: approvalId, exposure, credit_limit: limit, record }: Row): string | null {
  if (exposure === null || limit === null) return null;
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
  const asked = { customerId: '', region: '', role: '', amount: fen(0n), reason: '', detail: '', revision: 0, escalatedTo: '', requestedBy: '', remindAt: null, escalation: null };
  const task = { ...asked, approvalId, orderId, subject, status: 'open', deadline: Number(deadline) } as const;
  const verdict = decideTask(task, { orderId, approvalId, decision: status, decidedBy, comment, decidedAt: Number(decidedAt) });
  return verdict.type === 'decided' ? verdict.task.status : verdict.ignored.reason;
}
