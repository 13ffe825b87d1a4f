import { isDeepStrictEqual } from 'node:util';
import { carrierChoice, compileText, contractTemplate, creditControl, readRecord, type Rule, type RuleSet } from '@order-mesh/rules';
import type { Snapshot, Violation } from './snapshot.ts';

const always: Pick<Rule, 'owner' | 'reason' | 'from' | 'until' | 'counts' | 'tests'> = { owner: 'finance', reason: 'simulated', from: null, until: null, counts: 'now', tests: [] };

/** Other rules at each point that orders pass: an account freezes when its oldest receivable is overdue by more than so many days, and on the days hangs which contracts and carriers there are. */
export const rulesChangedTo = (days: number): readonly RuleSet[] => [
  { point: creditControl.name, rules: [{ ...always, id: `freeze-after-${days}`, title: `逾期超过 ${days} 天冻结`, when: { daysOverdue: `> ${days}` }, then: { verdict: 'ask', because: 'overdue' } }] },
  { point: contractTemplate.name, rules: [{ ...always, id: `sign-${days}`, title: '一律同一模板', when: {}, then: { template: days > 59 ? 'retention' : 'short', signWithinDays: 1 + (days % 7) } }] },
  { point: carrierChoice.name, rules: [{ ...always, id: `send-${days}`, title: '一律同一产品', when: {}, then: { product: days > 59 ? 'freight' : 'express', insured: days % 2 === 0 } }] },
];

const KEPT = [[creditControl, 'credit.hold'], [contractTemplate, 'contract.contract'], [carrierChoice, 'logistics.shipment']] as const;

/** Each decision of rules was made by one set that is kept, and comes out the same when it is put to it again. */
export function decisionsRepeat({ rows }: Snapshot): readonly Violation[] {
  const sets = new Map(rows('rulebook.rule_set').map((row) => [String(row['hash']), String(row['content'])]));
  return KEPT.flatMap(([point, table]) => rows(table).flatMap((row): readonly Violation[] => {
    if (row['record'] === null || row['record'] === undefined) return [];
    const broken = (what: string): readonly Violation[] => [{ invariant: 'I9', orderId: String(row['order_id']), what }];
    const { facts, moment, said, rule, hash } = readRecord(String(row['record']));
    const compiled = compileText(point, sets.get(hash) ?? '');
    if (!compiled.ok) return broken(`its ${point.name} was decided by rules ${hash}, which are not kept`);
    const again = compiled.rules.decide(facts, moment);
    return again.hash === hash && again.rule === rule && isDeepStrictEqual(again.said, said) ? []
      : broken(`its ${point.name} was decided ${JSON.stringify(said)} by ${rule ?? 'no rule'}; decided again it is ${JSON.stringify(again.said)} by ${again.rule ?? 'no rule'}`);
  }));
}
