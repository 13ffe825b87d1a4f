import { days } from '@order-mesh/kernel';
import { writeRuleSet } from '@order-mesh/rules';
import { CREDIT, decide, detailOf, freezeOver, hashOver, inShort, NOON, propose, rollBack, rulesDesk, shadow, stopShadow } from '../../test/scene.ts';

const proposedDesk = async (...changeIds: readonly string[]) => {
  const desk = rulesDesk();
  for (const [index, changeId] of changeIds.entries()) await desk.commands(propose(changeId, freezeOver(30 + index)));
  return desk;
};

describe('having a change decide silently', () => {
  it('sends its rules to whoever decides, beside those in force, until it is stopped', async () => {
    const desk = await proposedDesk('c1');
    const begun = { slot: `shadow:${CREDIT}`, point: CREDIT, shadowId: 's1', changeId: 'c1', hash: hashOver(30), content: writeRuleSet(freezeOver(30)), author: '王芳', since: NOON, until: NOON + days(7), endedBecause: '', at: NOON };
    expect(await desk.commands(shadow('c1', 's1'))).toEqual([{ type: 'RulesShadowed', value: begun }]);
    expect(await desk.live()).toBeUndefined();
    desk.setNow(NOON + 9);
    expect(await desk.commands(stopShadow('c1', '李娜'))).toEqual([{ type: 'RulesShadowed', value: { ...begun, content: '', author: '李娜', endedBecause: 'stopped', at: NOON + 9 } }]);
  });

  it('is asked for again and changes nothing, its end neither', async () => {
    const desk = await proposedDesk('c1');
    const first = await desk.commands(shadow('c1', 's1'));
    desk.setNow(NOON + 5);
    expect(await desk.commands(shadow('c1', 's1'))).toEqual(first);
    const end = await desk.commands(stopShadow('c1'));
    desk.setNow(NOON + 6);
    expect(await desk.commands(stopShadow('c1', '李娜'), shadow('c1', 's1'))).toEqual([...end, ...end]);
  });

  it('lets one change at a point decide silently at a time, and another once that is over', async () => {
    const desk = await proposedDesk('c1', 'c2');
    await desk.commands(shadow('c1', 's1'));
    const second = await desk.commands(shadow('c2', 's2'));
    expect([inShort(second), detailOf(second)]).toEqual([['refused shadowed'], expect.stringContaining('change c1 decides silently at credit-control already')]);
    expect(inShort(await desk.commands(stopShadow('c2')))).toEqual(['refused unknown-shadow']);
    desk.setNow(NOON + days(7));
    expect(inShort(await desk.commands(shadow('c2', 's2', days(14))))).toEqual(['shadowed c2']);
  });

  it('refuses what does not wait for a second person, and times that are none', async () => {
    const desk = await proposedDesk('c1');
    expect(inShort(await desk.commands(shadow('c9', 's1'), shadow('c1', 's1', 0), shadow('c1', 's1', days(91)), stopShadow('c9'))))
      .toEqual(['refused unknown-change', 'refused wrong-time', 'refused wrong-time', 'refused unknown-shadow']);
    await desk.commands(decide('c1'));
    expect(inShort(await desk.commands(shadow('c1', 's1')))).toEqual(['refused decided']);
  });

  it('ends with the decision on the change: released or rejected', async () => {
    const desk = await proposedDesk('c1', 'c2');
    await desk.commands(shadow('c1', 's1'));
    expect(inShort(await desk.commands(decide('c1')))).toEqual(['approved', 'published 1', 'shadow of c1 released']);
    await desk.commands(propose('c3', freezeOver(60), { basedOn: hashOver(30) }), shadow('c3', 's3'));
    expect(inShort(await desk.commands(decide('c3', 'refused')))).toEqual(['refused', 'shadow of c3 rejected']);
    expect(inShort(await desk.commands(decide('c2', 'refused')))).toEqual(['refused']);
  });

  it('goes on beside whatever is in force meanwhile', async () => {
    const desk = await proposedDesk('c1', 'c2');
    await desk.commands(shadow('c2', 's2'));
    expect(inShort(await desk.commands(decide('c1'), rollBack('r1', 0)))).toEqual(['approved', 'published 1', 'published 2']);
    expect(inShort(await desk.commands(stopShadow('c2')))).toEqual(['shadow of c2 stopped']);
  });
});
