import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultPolicy } from '@order-mesh/contracts';
import { loadSample } from '@order-mesh/simulator';
import { until } from '@order-mesh/testing';
import { USUAL_TEMPLATE, type Approval as Card, type Message } from '@order-mesh/wecom-simulator';
import { decideAll } from '../src/approvals/decide.ts';
import { knowsMasterData } from '../src/demo/warm-up.ts';
import { answered, openDelegationDesk } from '../src/gateway/delegations.ts';
import type { Gateway } from '../src/gateway/gateway.ts';
import { newDataDir, startMesh, type RunningMesh } from './running-mesh.ts';
import { violationsAtRest } from './violations.ts';

let mesh: RunningMesh;
let gateway: Gateway;
let wecom: string;

const people = [
  { name: '李娜', aliases: ['wecom:LiNa'], roles: ['regional-manager'] },
  { name: '张伟', aliases: ['wecom:ZhangWei'], roles: ['assistant'] },
  { name: '王芳', aliases: ['wecom:WangFang'], roles: ['sales-director'] },
];
/** By the clock, so that it comes to the same at every hour: reminded after six seconds, escalated after twelve, of two minutes. */
const policy = {
  ...defaultPolicy,
  credit: { ...defaultPolicy.credit, approvalWithinWorkingHours: 0, approvalWithinHours: 1 / 30 },
  approvals: { ...defaultPolicy.approvals, remindAfterPercent: 5, escalateAfterPercent: 10 },
};

beforeAll(async () => {
  const dataDir = await newDataDir();
  const policyFile = join(dataDir, 'policy.json');
  await writeFile(policyFile, JSON.stringify(policy));
  mesh = await startMesh({ dataDir, settings: { APPROVALS_PEOPLE: JSON.stringify(people), POLICY_FILE: policyFile } });
  const { addresses } = mesh.note();
  await knowsMasterData(addresses, true);
  gateway = mesh.gateway();
  wecom = addresses.wecom ?? '';
}, 180_000);

afterAll(() => mesh?.stop(), 60_000);

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() }, body: JSON.stringify(body) });

const frozen = loadSample().customers.find(({ region, receivables }) => region === '福建' && receivables.some(({ daysOverdue }) => daysOverdue > 45));
const sku = loadSample().products.find(({ onHand }) => onHand > 1_000)?.sku;

async function asked(orderId: string, placedBy = ''): Promise<string> {
  await mesh.place({
    orderId, placedBy, customerId: frozen?.id, customerName: frozen?.name, region: frozen?.region, lines: [{ sku, quantity: 1, unitPriceFen: 250 }],
    shipTo: { contact: '王芳', phone: '13800000000', region: '上海', city: '上海', street: '南京路 1 号' },
  });
  return until(`the task of ${orderId}`, async () => (await gateway.approvals({ status: 'open' })).find((task) => task.orderId === orderId)?.approvalId);
}

const decide = (by: string, ...approvalIds: readonly string[]) => decideAll(mesh.gateway(by), approvalIds, { decision: 'granted', comment: '', wait: () => sleep(100) });

const ledger = async (): Promise<{ readonly approvals: readonly Card[]; readonly messages: readonly Message[] }> => JSON.parse(await (await fetch(`${wecom}/_sim/ledger`)).text());
const taskField = USUAL_TEMPLATE.controls.find(({ title }) => title === '审批编号')?.id;
const cardsOf = async (approvalId: string) => (await ledger()).approvals.filter(({ contents }) => contents.some(({ id, value }) => id === taskField && JSON.stringify(value) === JSON.stringify({ text: approvalId })));

it('takes decisions of whom the directory allows, many at once, and of a deputy while somebody is away', async () => {
  const tasks = [await asked('people-1'), await asked('people-2'), await asked('people-3')];
  expect(await decide('张伟', ...tasks.slice(0, 1))).toEqual([{ approvalId: tasks[0], outcome: 'not-taken', detail: 'no such task is known here' }]);
  expect((await decide('李娜', ...tasks.slice(0, 2), 'none')).map(({ outcome }) => outcome)).toEqual(['granted', 'granted', 'not-taken']);

  const delegations = openDelegationDesk(gateway.url, mesh.session('李娜'));
  const away = async (until: string) => answered(delegations, await delegations.delegate({ absent: '李娜', deputy: 'wecom:ZhangWei', until, reason: 'on leave' }), () => sleep(100));
  expect(await away('2099-01-01')).toMatchObject({ state: 'refused', detail: 'it is longer than a year' });
  const deputy = await away(new Date(Date.now() + 86_400_000).toISOString().slice(0, 10));
  expect(deputy).toMatchObject({ state: 'standing', absent: '李娜', deputy: '张伟' });
  expect(await decide('张伟', ...tasks.slice(2))).toEqual([{ approvalId: tasks[2], outcome: 'granted', detail: '' }]);
  expect(await gateway.approval(tasks[2] ?? '')).toMatchObject({ decidedBy: '张伟', onBehalfOf: '李娜' });
  expect(await answered(delegations, await delegations.end(deputy.delegationId), () => sleep(100))).toMatchObject({ state: 'ended' });
  for (const orderId of ['people-1', 'people-2', 'people-3']) expect((await mesh.ended(orderId, 60_000)).status).toBe('confirmed');
}, 120_000);

it('lets nobody decide on an own order', async () => {
  const approvalId = await asked('people-5', 'wecom:LiNa');
  expect(await decide('李娜', approvalId)).toEqual([{ approvalId, outcome: 'not-taken', detail: expect.stringMatching(/^it is the request of 李娜: somebody else has to decide/) }]);
  expect(await gateway.approval(approvalId)).toMatchObject({ status: 'open', requestedBy: '李娜', deciders: [] });
  await gateway.cancel('people-5', 'only a try');
  expect((await mesh.ended('people-5', 60_000)).status).toBe('cancelled');
}, 120_000);

it('reminds people in WeCom, then asks the next role on a card of its own, and takes what is decided there', async () => {
  const approvalId = await asked('people-4');
  await until('the reminder', async () => (await ledger()).messages.find(({ to, text }) => to.includes('LiNa') && text.includes('提醒：订单 people-4')));
  await until('the escalation', async () => (await gateway.approval(approvalId)).escalatedTo);
  const second = await until('the second card', async () => (await cardsOf(approvalId))[1]);
  await post(`${wecom}/_sim/act`, { spNo: second.spNo, userid: 'WangFang', act: 'approve', speech: '' });
  expect((await mesh.ended('people-4', 60_000)).status).toBe('confirmed');
  expect(await gateway.approval(approvalId)).toMatchObject({ status: 'granted', escalatedTo: 'sales-director', deciders: expect.arrayContaining(['wecom:LiNa', 'wecom:WangFang']) });
  const { timeline } = await gateway.order('people-4');
  expect(timeline.filter(({ type }) => type === 'ApprovalReminded' || type === 'ApprovalEscalated').map(({ type }) => type)).toEqual(['ApprovalReminded', 'ApprovalEscalated']);
  expect(await violationsAtRest(mesh.note().addresses)).toEqual([]);
}, 180_000);
