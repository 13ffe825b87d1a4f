import { topics } from '@order-mesh/contracts';
import { days } from '@order-mesh/kernel';
import { runAlone, type Alone } from '@order-mesh/testing';
import { rulesService } from '../src/module.ts';
import { decide, freezeOver, propose, rollBack, rule, shadow, simulate, CREDIT, NOON } from './scene.ts';

let rules: Alone;

beforeAll(async () => { rules = await runAlone(rulesService, [topics.rulesEvents, topics.rulesPublished, topics.simulationEvents]); }, 90_000);
afterAll(async () => { await rules?.stop(); }, 60_000);

it('takes changes from Kafka, has a second person release them, and takes them back', async () => {
  await rules.publish(propose('c1', freezeOver(30)), propose('c2', { point: CREDIT, rules: [rule('late', { daysOverdue: '> soon' }, 'ask')] }), decide('c1', 'approved', '王芳'));
  expect(await rules.heard(3)).toEqual([`${CREDIT} RulesChangeRefused`, `${CREDIT} RulesChangeRefused`, `${CREDIT} RulesProposed`]);

  await rules.publish(shadow('c1', 'shadow-1', Date.now() + days(1) - NOON));
  expect(await rules.heard(1)).toEqual([`shadow:${CREDIT} RulesShadowed`]);
  await rules.publish(decide('c1'));
  expect((await rules.heard(3)).toSorted()).toEqual([`${CREDIT} RulesDecided`, `${CREDIT} RulesPublished`, `shadow:${CREDIT} RulesShadowed`]);
  await rules.restart();
  await rules.publish(rollBack('c3', 0), decide('c1'), simulate('s1', freezeOver(60)));
  expect(await rules.heard(3)).toEqual([`${CREDIT} RulesChangeRefused`, `${CREDIT} RulesPublished`, 's1 SimulationAsked']);
  expect(rules.said.flatMap((message) => (message.type === 'RulesPublished' ? [[message.value.version, message.value.approvedBy]] : []))).toEqual([[1, '李娜'], [2, null]]);
}, 90_000);
