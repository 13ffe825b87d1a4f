import { conflictsIn, creditControl, hashOf, writeRuleSet, type RuleSet } from '@order-mesh/rules';
import { CREDIT, decide, detailOf, facts, freezeOver, hashOver, inMemory, inShort, NOON, propose, rollBack, rule, rulesDesk, shipped, shippedCredit, SHIPPED_HASH, simulate } from '../../test/scene.ts';

const setOf = (...rules: RuleSet['rules']): RuleSet => ({ point: CREDIT, rules });
const tested = (id: string, when: Record<string, string>, verdict: string, days: number) => rule(id, when, verdict, { tests: [{ given: facts(days), expect: { verdict } }] });

describe('proposing rules', () => {
  it('puts a checked change before a second person, with what was noticed', async () => {
    const set = setOf(tested('refuse', { daysOverdue: '> 90' }, 'refuse', 91), rule('ask', { daysOverdue: '> 60' }, 'ask'));
    expect(await rulesDesk().commands(propose('c1', set))).toEqual([{
      type: 'RulesProposed', value: {
        point: CREDIT, changeId: 'c1', basedOn: SHIPPED_HASH, hash: expect.stringMatching(/^[0-9a-f]{16}$/), content: writeRuleSet(set), author: '王芳', reason: '回款变差', at: NOON,
        findings: JSON.stringify(conflictsIn(creditControl, set, NOON)),
      },
    }]);
    expect(conflictsIn(creditControl, set, NOON)).toMatchObject([{ kind: 'untested', rules: ['ask'] }]);
  });

  it('refuses what cannot be read, and names the place', async () => {
    const desk = rulesDesk();
    const sent = await desk.commands(propose('c1', '{'), propose('c2', '{"point":"credit-control"}'), propose('c3', freezeOver(30), { point: 'weather' }));
    expect(inShort(sent)).toEqual(['refused unreadable', 'refused unreadable', 'refused unreadable']);
    expect(detailOf(sent)).toContain('there is no decision point weather; there are customer-tier, price, ');
    const many = setOf(...Array.from({ length: 10_000 }, (_, index) => rule(`r${index}`, { daysOverdue: `${index}` }, 'ask')));
    expect(inShort(await desk.commands(propose('c4', many), propose('c5', `{"${'长'.repeat(200_000)}"}`)))).toEqual(['refused unreadable', 'refused unreadable']);
    expect(inShort(await desk.commands(propose('c6', setOf(rule('long', { daysOverdue: `> ${'1'.repeat(5_000)}` }, 'ask')))))).toEqual(['refused unreadable']);
  });

  it('refuses wrong cells, each with its rule and its cell', async () => {
    const set = setOf(rule('late', { daysOverdue: '> soon', colour: '"red"' }, 'perhaps'), rule('more', { amount: '> 0.001' }, 'ask'));
    const sent = await rulesDesk().commands(propose('c1', set), propose('c2', { point: 'replenishment', rules: [] }));
    expect(inShort(sent)).toEqual(['refused wrong-cell', 'refused wrong-cell']);
    expect(detailOf(sent).split('; ')).toEqual(expect.arrayContaining([
      'rule late, cell daysOverdue: "soon" is not a number', expect.stringContaining('rule late, cell colour: is no input'),
      'rule late, cell verdict: must be one of grant, ask, refuse', expect.stringContaining('rule more, cell amount: "0.001" is finer than 2 decimals'),
      'the set is a set for replenishment, not for credit-control',
    ]));
  });

  it('refuses rules that contradict each other, are never reached or fail their tests, with an example', async () => {
    const desk = rulesDesk();
    const sent = await desk.commands(
      propose('c1', setOf(rule('late', { daysOverdue: '> 45' }, 'ask'), rule('large', { amount: '> 1000' }, 'refuse'))),
      propose('c2', setOf(rule('late', { daysOverdue: '> 45' }, 'ask'), rule('later', { daysOverdue: '> 60' }, 'refuse'))),
      propose('c3', setOf(tested('late', { daysOverdue: '> 45' }, 'ask', 45))),
    );
    expect(inShort(sent)).toEqual(['refused conflict', 'refused conflict', 'refused conflict']);
    expect(detailOf(sent.slice(0, 1))).toBe('contradiction (large, late): both hold here and say different things; late decides because it stands first, '
      + 'for instance customerId C0001, daysOverdue 46 d, amount 1200 CNY, exposure 5000 CNY, limit 50000 CNY');
    expect(detailOf(sent.slice(1, 2))).toBe('unreachable (later, late): never decides: late holds wherever it does');
    expect(detailOf(sent.slice(2))).toContain('test-fails (late): test 1: verdict is grant, expected ask; no rule decided');
  });

  it('refuses a point where nothing would be said for some facts', async () => {
    const some: RuleSet = { point: 'replenishment', rules: [rule('few', { free: '< 5' }, '', { then: { fillTo: 200 }, tests: [{ given: { sku: 'P1', free: 9, safetyStock: 20 }, expect: { fillTo: 200 } }] })] };
    const sent = await rulesDesk().commands(propose('c1', some, { point: 'replenishment', basedOn: hashOf(shipped.get('replenishment')!) }));
    expect([inShort(sent), detailOf(sent)]).toEqual([['refused conflict'], expect.stringContaining('gap: no rule says anything here')]);
  });

  it('refuses what another engine understands in another way', async () => {
    const desk = rulesDesk(inMemory(), { disagreements: () => Promise.resolve(['rule freeze-overdue, test 1: we say ask, GoRules says grant']) });
    const sent = await desk.commands(propose('c1', freezeOver(30)));
    expect([inShort(sent), detailOf(sent)]).toEqual([['refused conflict'], 'rule freeze-overdue, test 1: we say ask, GoRules says grant']);
  });

  it('refuses what is in force already, and what was written against rules that are not', async () => {
    const desk = rulesDesk();
    expect(inShort(await desk.commands(propose('c1', shippedCredit), propose('c2', freezeOver(30), { basedOn: hashOver(60) })))).toEqual(['refused same', 'refused outdated']);
    await desk.commands(propose('c3', freezeOver(30)), decide('c3'));
    expect(inShort(await desk.commands(propose('c4', freezeOver(60))))).toEqual(['refused outdated']);
    expect(inShort(await desk.commands(propose('c5', freezeOver(60), { basedOn: hashOver(30) })))).toEqual(['RulesProposed']);
  });

  it('gives the same answer again under the same name, whatever is in force meanwhile', async () => {
    const desk = rulesDesk();
    const [first] = await desk.commands(propose('c1', freezeOver(30)));
    const [refused] = await desk.commands(propose('c2', shippedCredit));
    await desk.commands(decide('c1'));
    expect(await desk.commands(propose('c1', freezeOver(60)), propose('c2', freezeOver(60)))).toEqual([first, refused]);
    expect((await desk.live())?.version).toBe(1);
  });

  it('keeps no letter that a database cannot', async () => {
    const sent = await rulesDesk().commands(propose('c\0', freezeOver(30), { author: '王\0芳\ud800' }));
    expect(sent).toMatchObject([{ value: { changeId: 'c\uFFFD', author: '王\uFFFD芳\uFFFD' } }]);
  });
});

describe('deciding on a change', () => {
  it('puts what is approved in force, as the next version', async () => {
    const desk = rulesDesk();
    await desk.commands(propose('c1', freezeOver(30)));
    desk.setNow(NOON + 5_000);
    expect(await desk.commands(decide('c1'))).toEqual([
      { type: 'RulesDecided', value: { point: CREDIT, changeId: 'c1', decision: 'approved', decidedBy: '李娜', comment: '同意', at: NOON + 1 } },
      { type: 'RulesPublished', value: { point: CREDIT, version: 1, hash: hashOver(30), content: writeRuleSet(freezeOver(30)), changeId: 'c1', author: '王芳', approvedBy: '李娜', reason: '回款变差', at: NOON + 5_000 } },
    ]);
  });

  it('leaves what is in force when it is refused', async () => {
    const desk = rulesDesk();
    expect(inShort(await desk.commands(propose('c1', freezeOver(30)), decide('c1', 'refused')))).toEqual(['RulesProposed', 'refused']);
    expect(await desk.live()).toBeUndefined();
  });

  it('is for another person than the author, however the name is written', async () => {
    const desk = rulesDesk();
    await desk.commands(propose('c1', freezeOver(30), { author: 'Li Na' }));
    expect(inShort(await desk.commands(decide('c1', 'approved', 'Li Na'), decide('c1', 'refused', ' li  NA ')))).toEqual(['refused own-change', 'refused own-change']);
    expect(inShort(await desk.commands(decide('c1', 'approved', '李娜')))).toEqual(['approved', 'published 1']);
  });

  it('happens once, and only on what is known', async () => {
    const desk = rulesDesk();
    await desk.commands(propose('c1', freezeOver(30)), propose('c2', shippedCredit), decide('c1'));
    expect(inShort(await desk.commands(decide('c1'), decide('c1', 'refused'), decide('c2'), decide('c9')))).toEqual(['refused decided', 'refused decided', 'refused decided', 'refused unknown-change']);
    await desk.commands(propose('c3', freezeOver(60), { basedOn: hashOver(30) }));
    expect(inShort(await desk.commands(decide('c3', 'maybe')))).toEqual(['refused unknown-decision']);
  });

  it('counts only as long as what the change was written against is in force', async () => {
    const desk = rulesDesk();
    await desk.commands(propose('c1', freezeOver(30)), propose('c2', freezeOver(60)), decide('c1'));
    const late = await desk.commands(decide('c2'));
    expect([inShort(late), detailOf(late)]).toEqual([['refused outdated'], `version 1 (${hashOver(30)}) is in force meanwhile; look at it and propose the change anew`]);
    expect(inShort(await desk.commands(decide('c2', 'refused')))).toEqual(['refused']);
  });
});

describe('rolling back', () => {
  it('puts an earlier release in force again at once, the shipped rules included', async () => {
    const desk = rulesDesk();
    await desk.commands(propose('c1', freezeOver(30)), decide('c1'), propose('c2', freezeOver(60), { basedOn: hashOver(30) }), decide('c2'));
    expect(await desk.commands(rollBack('c3', 1))).toMatchObject([{ type: 'RulesPublished', value: { version: 3, hash: hashOver(30), changeId: 'c3', author: '王芳', approvedBy: null, reason: '改错了' } }]);
    expect(await desk.commands(rollBack('c4', 0))).toMatchObject([{ type: 'RulesPublished', value: { version: 4, hash: SHIPPED_HASH, content: writeRuleSet(shippedCredit) } }]);
  });

  it('knows a release of the same batch', async () => {
    expect(inShort(await rulesDesk().commands(propose('c1', freezeOver(30)), decide('c1'), rollBack('c2', 0), rollBack('c3', 1)))).toEqual(['RulesProposed', 'approved', 'published 1', 'published 2', 'published 3']);
  });

  it('refuses a version that never was, and the rules that are in force', async () => {
    const desk = rulesDesk();
    expect(inShort(await desk.commands(rollBack('c1', 0), rollBack('c2', 1), rollBack('c3', -1)))).toEqual(['refused same', 'refused unknown-version', 'refused unknown-version']);
  });

  it('is told again as long as it is in force, and never after another one', async () => {
    const desk = rulesDesk();
    await desk.commands(propose('c1', freezeOver(30)), decide('c1'));
    const first = await desk.commands(rollBack('c2', 0));
    expect(await desk.commands(rollBack('c2', 0))).toEqual(first);
    await desk.commands(rollBack('c3', 1));
    expect(inShort(await desk.commands(rollBack('c2', 0)))).toEqual(['refused decided']);
  });
});

describe('simulating', () => {
  it('is asked of whoever keeps what was decided: credit and pricing', async () => {
    for (const point of ['promotion', 'rebate', 'price', 'order-anomaly']) {
      expect(await rulesDesk().commands(simulate('s1', { point, rules: [] }, { point }))).toMatchObject([{ type: 'SimulationAsked', value: { point } }]);
    }
  });

  it('has whoever decides look at past cases, also by rules that contradict each other', async () => {
    const set = setOf(rule('late', { daysOverdue: '> 45' }, 'ask'), rule('large', { amount: '> 1000' }, 'refuse'));
    expect(await rulesDesk().commands(simulate('s1', set))).toMatchObject([{ type: 'SimulationAsked', value: { simulationId: 's1', point: CREDIT, content: writeRuleSet(set), author: '王芳' } }]);
  });

  it('refuses rules that nobody can decide by, and a time that is none', async () => {
    const sent = await rulesDesk().commands(simulate('s1', setOf(rule('late', { daysOverdue: '> soon' }, 'ask'))), simulate('s2', freezeOver(30), { since: NOON }), simulate('s3', '{', { point: 'weather' }),
      simulate('s4', shipped.get('replenishment')!, { point: 'replenishment' }));
    expect(inShort(sent)).toEqual(['simulation refused', 'simulation refused', 'simulation refused', 'simulation refused']);
    expect(detailOf(sent)).toContain('rule late, cell daysOverdue: "soon" is not a number');
    expect(detailOf(sent)).toContain('past decisions are looked at again at credit-control, price, promotion, rebate, order-anomaly only');
  });
});
