import { isDeepStrictEqual } from 'node:util';
import { compileText, creditControl, decisionPoints, promotion, readRecord, readRecords, type DecisionRecord, type RuleSet } from '@order-mesh/rules';
import type { Snapshot, Violation } from './snapshot.ts';

/** Rules that freeze an account whose oldest receivable is overdue by more than so many days. */
export const rulesThatFreezeAfter = (days: number): RuleSet => ({
  point: creditControl.name,
  rules: [{
    id: `freeze-after-${days}`, title: `逾期超过 ${days} 天冻结`, owner: 'finance', reason: 'simulated', from: null, until: null, counts: 'now', when: { daysOverdue: `> ${days}` },
    then: { verdict: 'ask', because: 'overdue' }, tests: [],
  }],
});

/** A promotion for everybody that takes `off` fen off an order, as long as its budget in fen lasts. */
export const promotionOf = (off: number, budget: number): RuleSet => ({
  point: promotion.name,
  rules: [{
    id: `off-${off}`, title: `每单减 ${off} 分`, owner: 'sales', reason: 'simulated', from: null, until: null, counts: 'now', when: {}, then: { off, percentOff: 0, budget }, tests: [],
  }],
});

/** Each decision on credit and prices was made by one set of rules that is kept, and comes out the same when it is put to it again. */
export function decisionsRepeat({ rows }: Snapshot): readonly Violation[] {
  const sets = new Map(rows('rulebook.rule_set').map((row) => [String(row['hash']), row]));
  const decided = [
    ...rows('credit.hold').map((row) => ({ orderId: String(row['order_id']), records: typeof row['record'] === 'string' ? [readRecord(row['record'])] : [] })),
    ...rows('pricing.quote').map((row) => ({ orderId: String(row['order_id']), records: typeof row['records'] === 'string' ? readRecords(row['records']) : [] })),
  ];
  return decided.flatMap(({ orderId, records }) => records.flatMap((record): readonly Violation[] => {
    const set = sets.get(record.hash);
    const point = decisionPoints.get(String(set?.['point'])) ?? creditControl;
    const what = problemWith(record, compileText(point, String(set?.['content'] ?? '')));
    return what === null ? [] : [{ invariant: 'I9', orderId, what }];
  }));
}

function problemWith({ facts, moment, said, rule, hash }: DecisionRecord, compiled: ReturnType<typeof compileText>): string | null {
  if (!compiled.ok) return `it was decided by rules ${hash}, which are not kept`;
  const again = compiled.rules.decide(facts, moment);
  return again.hash === hash && again.rule === rule && isDeepStrictEqual(again.said, said) ? null : `was decided ${JSON.stringify(said)} by ${rule ?? 'no rule'}; decided again it is ${JSON.stringify(again.said)}`;
}
