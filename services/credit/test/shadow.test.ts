import { topics, type ShadowAdvanced } from '@order-mesh/contracts';
import { days } from '@order-mesh/kernel';
import { runAlone, until, type Alone } from '@order-mesh/testing';
import { creditService } from '../src/module.ts';
import { cny, customer, freezeAfter, hold, published, shadowed } from './scene.ts';

let credit: Alone;

beforeAll(async () => { credit = await runAlone(creditService, [topics.creditEvents, topics.simulationEvents]); }, 90_000);
afterAll(async () => { await credit?.stop(); }, 60_000);

const told = (): readonly ShadowAdvanced[] => credit.said.flatMap((message) => (message.type === 'ShadowAdvanced' ? [message.value] : []));
const count = async (text: string): Promise<number> => (await credit.database.query({ name: text, text })).length;
/** Of order 1 one yuan, of order 2 two yuan, and so on. */
const orders = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => hold(`O${from + index}`, cny(from + index)));

it('counts exactly the orders that rules would have decided otherwise, also when a batch comes twice, and decides by those in force alone', async () => {
  const now = Date.now();
  await credit.publish(customer(cny(1_000_000)), published(1, freezeAfter(45)));
  const largeOnes = freezeAfter(45, { when: { amount: '> 70' }, then: { verdict: 'ask', because: 'large-order' } });
  await credit.publish(shadowed('s1', largeOnes, { since: now, until: now + days(1) }));
  await until('the customer', async () => await count('select from credit.account where credit_limit > 0') === 1);
  await until('the rules', async () => await count('select from rulebook.live') === 1 && await count('select from rulebook.shadow') === 1);

  await credit.publish(...orders(1, 40));
  await until('forty answers', async () => credit.said.filter(({ type }) => type === 'CreditHeld').length === 40);
  await credit.publish(...orders(41, 100));
  await until('a hundred answers', async () => credit.said.filter(({ type }) => type === 'CreditHeld').length === 100);
  expect(await until('the figures', async () => told().find(({ decisions }) => decisions === 100))).toMatchObject({ shadowId: 's1', changeId: 'c-s1', point: 'credit-control', state: 'running', checked: 100, changed: 30, endedBecause: '' });

  // the broker forgets how far it was: all orders come again
  await credit.database.query({ name: 'again', text: `update messaging.processed_offset set next_offset = 0 where topic = 'credit.commands.v1'` });
  await credit.restart();
  await credit.publish(...orders(101, 110));
  await until('ten more', async () => credit.said.filter(({ type }) => type === 'CreditHeld').length === 110);
  await credit.publish(shadowed('s1', largeOnes, { content: '', endedBecause: 'stopped' }));
  const last = await until('the end', async () => told().find(({ state }) => state === 'ended'));
  expect(last).toMatchObject({ decisions: 110, checked: 110, changed: 40, endedBecause: 'stopped' });
  expect(JSON.parse(last.outcomes)).toEqual(expect.arrayContaining([expect.objectContaining({ was: 'grant', would: 'ask', orders: 40 }), expect.objectContaining({ was: 'grant', would: 'grant', orders: 70 })]));
  const examples: readonly { readonly orderId: string; readonly wasRule: null; readonly rule: string }[] = JSON.parse(last.examples);
  expect(examples).toHaveLength(10);
  for (const { orderId, wasRule, rule } of examples) expect([Number(orderId.slice(1)) > 70, wasRule, rule]).toEqual([true, null, 'freeze']);

  await credit.publish(hold('O999', cny(999)));
  await until('one more', async () => credit.said.some(({ key }) => key === 'O999'));
  expect(await count('select from rulebook.shadow_tally')).toBe(0);
}, 120_000);
