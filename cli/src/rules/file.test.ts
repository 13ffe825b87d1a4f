import { creditControl, decisionPoints, shippedRules, toJdm, writeRuleSet } from '@order-mesh/rules';
import { jdmOf, rulesIn } from './file.ts';

const set = shippedRules({ freezeAfterDaysOverdue: 45, replenishToTimesSafety: 2 }).get('credit-control')!;

describe('a file of rules', () => {
  it('is the JSON of a rule set, with or without what it was made from', () => {
    expect(rulesIn(writeRuleSet(set), 'f')).toEqual({ point: creditControl, set, basedOn: null });
    expect(rulesIn(JSON.stringify({ basedOn: 'aa', ...JSON.parse(writeRuleSet(set)) }), 'f')).toEqual({ point: creditControl, set, basedOn: 'aa' });
  });

  it('is a JDM decision as well; one of other origin needs to be told where it decides', () => {
    expect(rulesIn(JSON.stringify(jdmOf({ point: creditControl, set, basedOn: 'aa' })), 'f')).toEqual({ point: creditControl, set, basedOn: 'aa' });
    const foreign = JSON.stringify(toJdm(creditControl, set));
    expect(rulesIn(foreign, 'f', 'credit-control')).toEqual({ point: creditControl, set, basedOn: null });
    expect(() => rulesIn(foreign, 'f')).toThrow(`say it with --point <${[...decisionPoints.keys()].join('|')}>`);
  });

  it('is refused when it is neither, with the place and what to do', () => {
    expect(() => rulesIn('{', 'f.json')).toThrow('f.json is no JSON; "mesh rules show <point> --out f.json" writes one to begin with');
    expect(() => rulesIn('{"point":"credit-control","rules":[{}]}', 'f.json')).toThrow('rules.0.id');
    expect(() => rulesIn('{"point":"weather","rules":[]}', 'f.json')).toThrow(`there is no decision point weather; there are ${[...decisionPoints.keys()].join(', ')}`);
    expect(() => rulesIn('[]', 'f.json')).toThrow('f.json is no rule set');
    expect(() => rulesIn('null', 'f.json')).toThrow('f.json is no rule set');
  });
});
