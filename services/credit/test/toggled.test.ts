import { setTimeout as wait } from 'node:timers/promises';
import { topics, type CreditHeld, type CreditRefused } from '@order-mesh/contracts';
import { days } from '@order-mesh/kernel';
import { compile, creditControl, shippedRules, type CompiledRules, type RuleSet } from '@order-mesh/rules';
import { runAlone, until, type Alone } from '@order-mesh/testing';
import { creditService } from '../src/module.ts';
import { cny, customer, freezeAfter, hold, published, receivable } from './scene.ts';

const VERSIONS = 20;
const ORDERS_A_VERSION = 50;
const ORDERS_A_SECOND = 100;
const TOGETHER = 5;

let credit: Alone;

beforeAll(async () => { credit = await runAlone(creditService, [topics.creditEvents]); }, 90_000);
afterAll(async () => { await credit?.stop(); }, 60_000);

/** The rule is switched: freezes the customer in odd versions, in even ones not. No two versions are the same set. */
const version = (number: number): RuleSet => freezeAfter(number % 2 === 1 ? 10 : 60, { title: `version ${number}` });

function ready(set: RuleSet): CompiledRules {
  const compiled = compile(creditControl, set);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.rules;
}

it(`decides each order by exactly one published version while a rule is switched ${VERSIONS} times under ${ORDERS_A_SECOND} orders a second`, async () => {
  await credit.publish(customer(cny(100_000_000)), receivable(cny(1), { dueAt: Date.now() - days(30) }));
  await until('the customer and the receivable', async () => (await credit.database.query({ name: 'ready', text: 'select from credit.receivable join credit.account using (customer_id) where credit_limit > 0' })).length === 1);
  for (let number = 1; number <= VERSIONS; number += 1) {
    await credit.publish(published(number, version(number)));
    for (let order = 1; order <= ORDERS_A_VERSION; order += TOGETHER) {
      await credit.publish(...Array.from({ length: TOGETHER }, (_, index) => hold(`V${number}-${order + index}`, cny(1), { startedAt: Date.now() })));
      await wait((1_000 * TOGETHER) / ORDERS_A_SECOND);
    }
  }
  const count = VERSIONS * ORDERS_A_VERSION;
  const answers = () => credit.said.flatMap((message): readonly (CreditHeld | CreditRefused)[] => (message.type === 'CreditHeld' || message.type === 'CreditRefused' ? [message.value] : []));
  await until('every answer', async () => Promise.resolve(answers().length >= count), 60_000);

  const shipped = shippedRules({ freezeAfterDaysOverdue: 45, replenishToTimesSafety: 2 }).get(creditControl.name);
  const sets = [...(shipped ? [shipped] : []), ...Array.from({ length: VERSIONS }, (_, index) => version(index + 1))].map(ready);
  const byHash = new Map(sets.map((rules) => [rules.hash, rules]));
  expect(byHash.size).toBe(sets.length);
  for (const { orderId, decisions: [made, ...others] } of answers()) {
    const again = byHash.get(made?.hash ?? '')?.decide(JSON.parse(made?.facts ?? '{}'), { now: made?.decidedAt ?? 0, placedAt: made?.placedAt ?? 0 });
    expect([orderId, others, again?.said, again?.rule]).toEqual([orderId, [], JSON.parse(made?.said ?? '{}'), made?.rule]);
  }
  expect(new Set(answers().map(({ orderId }) => orderId)).size).toBe(count);
  // most versions were in force for some orders, and both answers were given
  expect(new Set(answers().map(({ decisions: [made] }) => made?.hash)).size).toBeGreaterThan(VERSIONS / 2);
  expect(new Set(answers().map(({ decisions: [made] }) => made?.rule))).toEqual(new Set([null, 'freeze']));
}, 180_000);
