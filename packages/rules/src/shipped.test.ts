import { compile } from './compile.ts';
import { conflictsIn } from './conflicts.ts';
import { decisionPoints } from './points.ts';
import { shippedRules } from './shipped.ts';

const shipped = shippedRules({ freezeAfterDaysOverdue: 45, replenishToTimesSafety: 2 });

describe('the shipped rules', () => {
  it('are there for every decision point, and can be decided by', () => {
    expect([...shipped.keys()].sort()).toEqual([...decisionPoints.keys()].sort());
    for (const [name, point] of decisionPoints) expect(compile(point, shipped.get(name)!)).toMatchObject({ ok: true });
  });

  it('are 137, each with an owner, a reason and a test', () => {
    const rules = [...shipped.values()].flatMap((set) => set.rules);
    expect(rules).toHaveLength(137);
    for (const { owner, reason, title, tests } of rules) expect([owner !== '', reason !== '', /\p{Script=Han}/u.test(title), tests.length > 0]).toEqual([true, true, true, true]);
  });

  it('pass their own tests and are in no conflict', () => {
    for (const [name, point] of decisionPoints) expect(conflictsIn(point, shipped.get(name)!, 0)).toEqual([]);
  });
});
