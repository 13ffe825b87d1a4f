import { isDeepStrictEqual } from 'node:util';
import { carrierChoice, compileText, contractTemplate, creditControl, decisionPoints, promotion, readRecord, readRecords, type DecisionRecord, type Rule, type RuleSet } from '@order-mesh/rules';
import type { Snapshot, Violation } from './snapshot.ts';

const always: Pick<Rule, 'owner' | 'reason' | 'from' | 'until' | 'counts' | 'tests'> = { owner: 'finance', reason: 'simulated', from: null, until: null, counts: 'now', tests: [] };

/** Other rules at each point that orders pass: an account freezes when its oldest receivable is overdue by more than so many days, and on the days hangs which contracts and carriers there are. */
export const rulesChangedTo = (days: number): readonly RuleSet[] => [
  { point: creditControl.name, rules: [{ ...always, id: `freeze-after-${days}`, title: `逾期超过 ${days} 天冻结`, when: { daysOverdue: `> ${days}` }, then: { verdict: 'ask', because: 'overdue' } }] },
  { point: contractTemplate.name, rules: [{ ...always, id: `sign-${days}`, title: '一律同一模板', when: {}, then: { template: days > 59 ? 'retention' : 'short', signWithinDays: 1 + (days % 7) } }] },
  { point: carrierChoice.name, rules: [{ ...always, id: `send-${days}`, title: '一律同一产品', when: {}, then: { product: days > 59 ? 'freight' : 'express', insured: days % 2 === 0 } }] },
];

/** A promotion for everybody that takes `off` fen off an order, as long as its budget in fen lasts. */
export const promotionOf = (off: number, budget: number): RuleSet =>
  ({ point: promotion.name, rules: [{ ...always, id: `off-${off}`, title: `每单减 ${off} 分`, when: {}, then: { off, percentOff: 0, budget } }] });

const KEPT = ['credit.hold', 'contract.contract', 'logistics.shipment', 'pricing.quote', 'approvals.task'] as const;

/** Each decision of rules was made by one set that is kept, and comes out the same when it is put to it again. */
export function decisionsRepeat({ rows }: Snapshot): readonly Violation[] {
  const sets = new Map(rows('rulebook.rule_set').map((row) => [String(row['hash']), row]));
  return KEPT.flatMap((table) => rows(table).flatMap((row) => {
    const { record, records } = row;
    const kept = typeof record === 'string' ? [readRecord(record)] : typeof records === 'string' ? readRecords(records) : [];
    return kept.flatMap((one): readonly Violation[] => {
      const set = sets.get(one.hash);
      const what = problemWith(one, compileText(decisionPoints.get(String(set?.['point'])) ?? creditControl, String(set?.['content'] ?? '')));
      return what === null ? [] : [{ invariant: 'I9', orderId: String(row['order_id']), what: `in ${table} ${what}` }];
    });
  }));
}

function problemWith({ facts, moment, said, rule, hash }: DecisionRecord, compiled: ReturnType<typeof compileText>): string | null {
  if (!compiled.ok) return `it was decided by rules ${hash}, which are not kept`;
  const again = compiled.rules.decide(facts, moment);
  return again.hash === hash && again.rule === rule && isDeepStrictEqual(again.said, said) ? null
    : `it was decided ${JSON.stringify(said)} by ${rule ?? 'no rule'}; decided again it is ${JSON.stringify(again.said)} by ${again.rule ?? 'no rule'}`;
}
