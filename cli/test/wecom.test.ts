import { randomUUID } from 'node:crypto';
import { createBroker, outgoing } from '@order-mesh/messaging';
import { loadSample } from '@order-mesh/simulator';
import { until } from '@order-mesh/testing';
import { USUAL_TEMPLATE, type Approval, type Message } from '@order-mesh/wecom-simulator';
import { knowsMasterData } from '../src/demo/warm-up.ts';
import type { Gateway } from '../src/gateway/gateway.ts';
import { kafkaAdmin, startMesh, type RunningMesh } from './running-mesh.ts';
import { violationsAtRest } from './violations.ts';

let mesh: RunningMesh;
let gateway: Gateway;
let wecom: string;

beforeAll(async () => {
  mesh = await startMesh();
  const { addresses } = mesh.note();
  await knowsMasterData(addresses, true);
  gateway = mesh.gateway();
  wecom = addresses.wecom ?? '';
}, 180_000);

afterAll(() => mesh?.stop(), 60_000);

async function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() }, body: JSON.stringify(body) });
}

const frozen = loadSample().customers.find(({ receivables }) => receivables.some(({ daysOverdue }) => daysOverdue > 45));
const sku = loadSample().products.find(({ onHand }) => onHand > 1_000)?.sku;

async function order(orderId: string): Promise<void> {
  await mesh.place({
    orderId, customerId: frozen?.id, customerName: frozen?.name, region: frozen?.region, lines: [{ sku, quantity: 1, unitPriceFen: 250 }],
    shipTo: { contact: '王芳', phone: '13800000000', region: '上海', city: '上海', street: '南京路 1 号' },
  });
}

const ledger = async (): Promise<{ readonly approvals: readonly Approval[]; readonly messages: readonly Message[] }> => JSON.parse(await (await fetch(`${wecom}/_sim/ledger`)).text());
const taskField = USUAL_TEMPLATE.controls.find(({ title }) => title === '审批编号')?.id;
const cardsOf = async (orderId: string) => (await ledger()).approvals.filter(({ contents }) => contents.some(({ id, value }) => id === taskField && JSON.stringify(value) === JSON.stringify({ text: `${orderId}:credit` })));
const cardOf = (orderId: string): Promise<Approval> => until(`the card of ${orderId}`, async () => (await cardsOf(orderId))[0]);
const acts = (spNo: string, userid: string, act: 'approve' | 'reject') => post(`${wecom}/_sim/act`, { spNo, userid, act, speech: '' });
const told = (userid: string, part: string): Promise<string> => until(`${userid} to be told ${part}`, async () => (await ledger()).messages.find(({ to, text }) => to.includes(userid) && text.includes(part))?.text);
const ends = (orderId: string, status: string) => until(`${orderId} to be ${status}`, async () => { const found = await gateway.order(orderId); return found.status === status && found; }, 60_000);
const verdicts = async (orderId: string) => (await gateway.order(orderId)).timeline.map(({ type }) => type).filter((type) => type === 'ApprovalGranted' || type === 'ApprovalDenied');

it('lets an order go on that is granted on a card, and ends one that is refused there', async () => {
  await Promise.all([order('wecom-1'), order('wecom-2')]);
  await acts((await cardOf('wecom-1')).spNo, 'LiNa', 'approve');
  await acts((await cardOf('wecom-2')).spNo, 'ZhangWei', 'reject');
  const [granted, denied] = [await ends('wecom-1', 'confirmed'), await ends('wecom-2', 'rejected')];
  expect(JSON.stringify(granted)).toContain('wecom:LiNa 李娜');
  expect(JSON.stringify(denied)).toContain('denied by wecom:ZhangWei 张伟');
}, 120_000);

it('tells the approvers of what was decided at the gateway, and lets nothing that is done on the card change it', async () => {
  await order('wecom-3');
  const { spNo } = await cardOf('wecom-3');
  await until('the task to be shown', async () => (await gateway.approvals({ status: 'open' })).some(({ orderId }) => orderId === 'wecom-3'));
  await mesh.gateway('王芳').decide('wecom-3:credit', { decision: 'granted', comment: '老客户' });
  expect(await told('LiNa', `审批单 ${spNo} 无需再处理`)).toContain('已由 王芳 在订单平台 同意（老客户）');
  await acts(spNo, 'LiNa', 'reject');
  expect(await told('LiNa', `您在审批单 ${spNo}`)).toContain('“驳回”未生效');
  await ends('wecom-3', 'confirmed');
  expect(await verdicts('wecom-3')).toEqual(['ApprovalGranted']);
}, 120_000);

it('settles each task once when it is decided on its card and at the gateway in the same moment, and tells who lost', async () => {
  const ids = Array.from({ length: 8 }, (_, at) => `wecom-race-${at}`);
  await Promise.all(ids.map(order));
  const cards = await Promise.all(ids.map(async (orderId) => ({ orderId, ...await cardOf(orderId) })));
  await until('the tasks to be shown', async () => (await gateway.approvals({ status: 'open' })).length >= ids.length);
  const atGateway = ({ orderId }: { readonly orderId: string }) => mesh.gateway('王芳').decide(`${orderId}:credit`, { decision: 'denied', comment: '' }).catch(() => undefined);
  // The callback takes a moment: half of the cards get a start
  await Promise.all(cards.map(async (card, at) => {
    const onCard = acts(card.spNo, 'LiNa', 'approve');
    if (at % 2 === 0) await new Promise((resolve) => { setTimeout(resolve, 20 * at); });
    await Promise.all([onCard, atGateway(card)]);
  }));
  await until('every order to end', async () => (await Promise.all(ids.map((orderId) => gateway.order(orderId)))).every(({ status }) => status === 'confirmed' || status === 'rejected'), 60_000);
  for (const { orderId, spNo } of cards) {
    const [settled] = await verdicts(orderId);
    expect(await verdicts(orderId)).toEqual([settled]);
    expect((await cardsOf(orderId)).length).toBe(1);
    if (settled === 'ApprovalDenied') await told('LiNa', `您在审批单 ${spNo} 上的“同意”未生效`);
    else expect((await ledger()).messages.filter(({ text }) => text.includes(spNo))).toEqual([]);
  }
  expect(await violationsAtRest(mesh.note().addresses)).toEqual([]);
}, 180_000);

it('alerts people of a record that no service could take', async () => {
  const broker = createBroker({ driver: 'platformatic', brokers: mesh.note().addresses.kafkaBrokers.split(','), clientId: 'test', security: kafkaAdmin(mesh) });
  const producer = await broker.producer();
  await producer.publish([outgoing({ topic: 'credit.commands.v1', partition: 0, key: 'poison', value: Buffer.from('no message at all'), headers: {} })]);
  await producer.close();
  await broker.close();
  expect(await until('WangFang to be alerted', async () => (await ledger()).messages.find(({ to, text }) => to.includes('WangFang') && text.includes('【死信】'))?.text, 90_000)).toContain('credit 无法处理');
}, 120_000);
