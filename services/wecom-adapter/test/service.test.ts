import axios from 'axios';
import { topics, type AnyMessage } from '@order-mesh/contracts';
import { hours, minutes } from '@order-mesh/kernel';
import { freePort } from '@order-mesh/embedded';
import { textOf } from '@order-mesh/outbound';
import { readRecord } from '@order-mesh/rules';
import { runAlone, until, type Alone } from '@order-mesh/testing';
import { seal, startWecom, USUAL_CREDENTIALS, USUAL_TEMPLATE, type Act, type Approval, type Message, type WecomSimulator } from '@order-mesh/wecom-simulator';
import { wecomAdapterService } from '../src/module.ts';
import { caseOpened, denied, granted, ignored, requested, shortage, withdrawn } from './scene.ts';

let wecom: WecomSimulator;
let adapter: Alone;
let callbackUrl: string;

beforeAll(async () => {
  const port = await freePort();
  callbackUrl = `http://127.0.0.1:${port}/v1/callbacks/wecom`;
  wecom = await startWecom({ port: 0, callbackUrl, callbackRetryMs: [100, 200, 400] });
  const { corpId, secret, agentId, token, encodingAesKey } = USUAL_CREDENTIALS;
  adapter = await runAlone(wecomAdapterService, [topics.approvalsCommands], {
    WECOM_URL: wecom.url, WECOM_CORP_ID: corpId, WECOM_SECRET: secret, WECOM_AGENT_ID: String(agentId), WECOM_TOKEN: token, WECOM_ENCODING_AES_KEY: encodingAesKey,
    WECOM_TEMPLATE_ID: USUAL_TEMPLATE.id, WECOM_APPLICANT: 'MeshBot', WECOM_APPROVERS: 'regional-manager=ZhangWei|LiNa', WECOM_NAMES: 'LiNa=李娜', WECOM_ALERT_USERS: 'WangFang', WECOM_ALERT_ROLES: 'purchasing=LiNa, sales-director=ZhangWei',
    WECOM_ALERT_SECONDS: '1', WECOM_CHECK_SECONDS: '2', WECOM_ADAPTER_HTTP_PORT: String(port),
  });
}, 90_000);
afterEach(() => {
  wecom?.faults.clear();
  wecom?.change({ callbackCopies: 1, callsPerMinute: 0 });
});
afterAll(async () => {
  await adapter?.stop();
  await wecom?.close();
}, 60_000);

interface Ledger {
  readonly approvals: readonly Approval[];
  readonly messages: readonly Message[];
}

const ledger = async (): Promise<Ledger> => (await axios.get<Ledger>(`${wecom.url}/_sim/ledger`)).data;
const taskIn = ({ contents }: Approval): string => {
  const named = contents.find(({ id }) => id === USUAL_TEMPLATE.controls.find(({ title }) => title === '审批编号')?.id);
  return textOf(named?.['value'], 'text');
};
/** The cards of these orders that WeCom would swear to. */
const cards = async (prefix: string): Promise<readonly Approval[]> => (await ledger()).approvals.filter((approval) => taskIn(approval).startsWith(prefix));
const cardOf = (orderId: string): Promise<Approval> => until(`the card of ${orderId}`, async () => (await cards(`${orderId}:`))[0]);
const messagesTo = async (userid: string, part: string): Promise<readonly string[]> => (await ledger()).messages.filter(({ to, text }) => to.includes(userid) && text.includes(part)).map(({ text }) => text);
const told = (userid: string, part: string): Promise<string> => until(`${userid} to be told ${part}`, async () => (await messagesTo(userid, part))[0]);

const soon = { deadline: Date.now() + hours(24) };
const orders = (prefix: string, count: number): readonly string[] => Array.from({ length: count }, (_, at) => `${prefix}${String(at).padStart(3, '0')}`);
const each = (ids: readonly string[], what: string): readonly string[] => ids.map((orderId) => `${orderId} ${what}`);
const tell = (...events: readonly (AnyMessage & { readonly key: string })[]) => adapter.publish(...events);
const acts = (approval: Approval, what: Act) => { expect(wecom.act(approval.spNo, what)).toBeUndefined(); };
const decisionOn = (orderId: string) => adapter.said.flatMap((message) => (message.type === 'DecideApproval' && message.key === orderId ? [message.value] : []));
const statusOf = async (orderId: string): Promise<string | undefined> => {
  const rows = await adapter.database.query<{ readonly status: string }>({ name: 'test.status', text: 'select status from wecom_adapter.card where order_id = $1', values: [orderId] });
  return rows[0]?.status;
};
const settledIn = (orderId: string) => until(`${orderId} to be settled`, async () => (await statusOf(orderId)) === 'settled');

it('puts a task before its approvers in Chinese, and proposes what one of them decides on the card', async () => {
  await tell(requested('A1', soon), requested('A1', soon));
  const card = await cardOf('A1');
  expect(card).toMatchObject({ creator: 'MeshBot', summary: ['订单 A1', 'C1 ¥3300.00', '应收账款逾期，账户已冻结'], nodes: [{ attr: 1, signers: [{ userid: 'ZhangWei' }, { userid: 'LiNa' }] }] });
  expect(JSON.stringify(card.contents)).toContain('最早一笔未收款已逾期 46 天，含本单占用 ¥3,300.00，额度 ¥10,000.00（规则 freeze-overdue）');
  acts(card, { userid: 'LiNa', act: 'approve', speech: '老客户' });
  expect(await adapter.heard(1)).toEqual(['A1 DecideApproval']);
  expect(decisionOn('A1')).toEqual([expect.objectContaining({ approvalId: 'A1:credit', decision: 'granted', decidedBy: 'wecom:LiNa 李娜', comment: '老客户' })]);
  await tell(granted('A1', 'wecom:LiNa 李娜'));
  await settledIn('A1');
  expect([(await cards('A1')).length, await messagesTo('LiNa', 'A1')]).toEqual([1, []]);
}, 60_000);

it('proposes a refusal as well, and hears of a decision though every callback is lost', async () => {
  wecom.faults.add([{ match: 'CALLBACK', dropBeforeCommit: true }]);
  await tell(requested('B1', soon));
  acts(await cardOf('B1'), { userid: 'ZhangWei', act: 'reject' });
  expect(await adapter.heard(1)).toEqual(['B1 DecideApproval']);
  expect(decisionOn('B1')).toEqual([expect.objectContaining({ decision: 'denied', decidedBy: 'wecom:ZhangWei', comment: '' })]);
}, 60_000);

it('tells the approvers of a task that was decided elsewhere, and proposes nothing that is decided on the card after that', async () => {
  await tell(requested('C1', soon), requested('C2', soon));
  const [first, second] = [await cardOf('C1'), await cardOf('C2')];
  await until('both cards to be recorded', async () => (await statusOf('C1')) === 'open' && (await statusOf('C2')) === 'open');
  await tell(granted('C1', 'Li Lei'), withdrawn('C2'));
  expect(await told('ZhangWei', '订单 C1')).toContain('已由 Li Lei 在订单平台 同意');
  expect(await told('LiNa', '订单 C2')).toContain('已不再需要');
  acts(first, { userid: 'ZhangWei', act: 'reject' });
  acts(second, { userid: 'LiNa', act: 'approve' });
  expect(await told('ZhangWei', '您在审批单')).toContain(`您在审批单 ${first.spNo} 上的“驳回”未生效`);
  await told('LiNa', '您在审批单');
  expect([decisionOn('C1'), decisionOn('C2')]).toEqual([[], []]);
}, 60_000);

it('tells the loser of a race who won', async () => {
  await tell(requested('D1', soon));
  const card = await cardOf('D1');
  acts(card, { userid: 'LiNa', act: 'approve' });
  expect(await adapter.heard(1)).toEqual(['D1 DecideApproval']);
  await tell(denied('D1'), ignored('D1', 'wecom:LiNa 李娜', 'already-denied'));
  expect(await told('LiNa', 'D1')).toContain('已被拒绝（denied by Li Lei: too late）');
  expect(await messagesTo('ZhangWei', 'D1')).toEqual([]);
}, 60_000);

it('tells people once although the answers to its messages are lost', async () => {
  wecom.faults.add([{ match: 'message/send', dropAfterCommit: true, count: 3 }]);
  await tell(requested('M1', soon));
  const { spNo } = await cardOf('M1');
  await until('the card to be recorded', async () => (await statusOf('M1')) === 'open');
  await tell(granted('M1', 'Li Lei'));
  await until('the message to be sent again', async () => wecom.faults.list().every(({ fired }) => fired === 3));
  await new Promise((resolve) => { setTimeout(resolve, 3_000); });
  expect(await messagesTo('LiNa', spNo)).toHaveLength(1);
}, 60_000);

it('makes one card each although answers are lost, cut short, late or never begun, and tokens end in between', async () => {
  wecom.faults.add([
    { match: 'POST /cgi-bin/oa/applyevent', dropAfterCommit: true, rate: 0.3, count: 8 },
    { match: 'POST /cgi-bin/oa/applyevent', garbage: true, rate: 0.2, count: 5 },
    { match: 'POST /cgi-bin/oa/applyevent', dropBeforeCommit: true, rate: 0.2, count: 5 },
    { match: 'POST /cgi-bin/oa/getapprovalinfo', dropAfterCommit: true, rate: 0.2, count: 3 },
  ]);
  const ids = orders('E', 30);
  await tell(...ids.map((orderId) => requested(orderId, soon)));
  await until('some cards', async () => (await cards('E')).length > 5);
  wecom.expireTokens();
  const status = (wanted: string) => until(`all to be ${wanted}`, async () => (await Promise.all(ids.map(statusOf))).every((one) => one === wanted), 60_000);
  await status('open');
  expect((await cards('E')).map(taskIn).sort()).toEqual(ids.map((orderId) => `${orderId}:credit`));
  expect(wecom.faults.list().slice(0, 3).every(({ fired }) => fired > 0)).toBe(true);
  wecom.faults.clear();
  wecom.change({ callbackCopies: 3 });
  for (const approval of await cards('E')) acts(approval, { userid: 'LiNa', act: 'approve' });
  expect(await adapter.heard(30)).toEqual(each(ids, 'DecideApproval'));
}, 120_000);

it('waits when WeCom lets through no more calls, and goes on by itself', async () => {
  wecom.faults.add([{ match: 'oa/applyevent', body: { errcode: 45009, errmsg: 'reach max api daily quota limit' }, count: 3 }]);
  await tell(requested('F1', soon));
  expect((await cardOf('F1')).status).toBe(1);
  expect((await cards('F1')).length).toBe(1);
}, 60_000);

it('alerts of a card that WeCom does not take, once, and lets no other card wait for it', async () => {
  wecom.faults.add([{ match: 'G1:credit', body: { errcode: 301025, errmsg: 'submit approval param error' }, count: 1 }]);
  await tell(requested('G1', soon), requested('G2', soon));
  expect((await cardOf('G2')).status).toBe(1);
  expect(await told('WangFang', 'G1')).toContain('301025');
  expect(await statusOf('G1')).toBe('unshown');
}, 60_000);

it('proposes nothing decided by somebody it did not ask', async () => {
  await tell(requested('H1', soon));
  const card = await cardOf('H1');
  acts(card, { userid: 'LiNa', act: 'transfer', to: 'WangFang' });
  acts(card, { userid: 'WangFang', act: 'approve' });
  expect(await told('WangFang', 'H1')).toContain('其不是审批人');
  expect(decisionOn('H1')).toEqual([]);
}, 60_000);

it('alerts people of cases in one message, each once', async () => {
  const at = Date.now();
  await tell(...orders('I', 5).flatMap((orderId) => [caseOpened(orderId, { at }), caseOpened(orderId, { at })]));
  const namedIn = async () => (await messagesTo('WangFang', '【待人工处理】')).join('\n').match(/订单 I\d+/g)?.sort() ?? [];
  await until('all five to be told', async () => (await namedIn()).length >= 5);
  await new Promise((resolve) => { setTimeout(resolve, 1_500); });
  expect(await namedIn()).toEqual(orders('I', 5).map((orderId) => `订单 ${orderId}`));
}, 60_000);

it('tells purchasing of stock that is short, with a copy to the sales director, and keeps what that was decided on', async () => {
  await tell(shortage('P0007', { at: Date.now() }));
  expect(await told('LiNa', 'P0007')).toMatch(/^订单平台提醒（采购部，1 项）/);
  expect(await told('ZhangWei', 'P0007')).toMatch(/^订单平台提醒（销售总监，1 项）/);
  expect(await messagesTo('WangFang', 'P0007')).toEqual([]);
  const [kept] = await adapter.database.query<{ readonly record: string }>({ name: 'test.record', text: `select record from wecom_adapter.alert where key like 'replenishment/W1/P0007/%'` });
  expect(readRecord(kept?.record ?? '')).toMatchObject({ rule: 'replenishment', facts: { sku: 'P0007', quantity: 40 } });
}, 60_000);

it('alerts people of every dead letter, older ones too when many come at once', async () => {
  await adapter.database.query({
    name: 'test.letters',
    text: `insert into messaging.dead_letter (participant, topic, partition, "offset", key, headers, reason, detail, at)
      select 'credit', 'credit.commands.v1', 0, "offset", 'N1', '{}', 'truncated', 'cut', now() - interval '2 minutes' from generate_series(1, 450) as "offset"`,
  });
  const noted = async () => (await adapter.database.query({ name: 'test.noted', text: `select from wecom_adapter.alert where key like 'letter/%'` })).length;
  await until('all of them to be noted', async () => (await noted()) === 450);
  expect(await told('WangFang', '【死信】')).toContain('credit 无法处理 一条消息：truncated');
}, 60_000);

describe('its callback', () => {
  const eventOf = (spNo: string, templateId = USUAL_TEMPLATE.id) =>
    `<xml><Event>sys_approval_change</Event><ApprovalInfo><SpNo>${spNo}</SpNo><SpStatus>2</SpStatus><TemplateId>${templateId}</TemplateId><StatuChangeEvent>2</StatuChangeEvent></ApprovalInfo></xml>`;

  function sealed(text: string, { at = Date.now(), credentials = USUAL_CREDENTIALS } = {}) {
    const { encrypt, msgSignature, timestamp, nonce } = seal(text, credentials, at);
    return { encrypt, params: { msg_signature: msgSignature, timestamp, nonce }, body: `<xml><ToUserName>x</ToUserName><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>` };
  }

  const post = async ({ params, body }: Pick<ReturnType<typeof sealed>, 'params' | 'body'>, type = 'text/xml') => {
    const { status, data } = await axios.post<unknown>(callbackUrl, body, { params, headers: { 'Content-Type': type }, validateStatus: () => true, transformRequest: (bytes: unknown) => bytes });
    return [status, data];
  };
  const heardStamps = async () => (await adapter.database.query({ name: 'test.heard', text: 'select stamp from wecom_adapter.heard' })).length;

  it('proves to WeCom that the address is ours', async () => {
    const { encrypt, params } = sealed('1616140317555161061');
    const echo = (more: object) => axios.get<unknown>(callbackUrl, { params: { ...params, echostr: encrypt, ...more }, validateStatus: () => true, transformResponse: (body: unknown) => body });
    expect([(await echo({})).status, (await echo({})).data]).toEqual([200, '1616140317555161061']);
    expect((await echo({ nonce: 'x' })).status).toBe(401);
    expect((await axios.post<unknown>(`${wecom.url}/_sim/callback-url`, { url: callbackUrl })).status).toBe(200);
  });

  it('believes nothing forged, old or meant for another company, and asks WeCom nothing because of it', async () => {
    const before = await heardStamps();
    const good = sealed(eventOf('1'));
    const answers = [
      await post({ ...good, params: { ...good.params, msg_signature: '00'.repeat(20) } }), await post({ ...good, params: { ...good.params, timestamp: String(Number(good.params.timestamp) + 1) } }),
      await post({ ...good, body: good.body.replace('<Encrypt>', '<Encrypt>A') }), await post({ ...good, body: 'no xml' }), await post({ ...good, body: '' }),
      await post(sealed(eventOf('1'), { credentials: { ...USUAL_CREDENTIALS, token: 'guessed' } })), await post(sealed(eventOf('1'), { credentials: { ...USUAL_CREDENTIALS, corpId: 'ww0therc0mpany' } })),
      await post(sealed(eventOf('1'), { at: Date.now() - minutes(6) })), await post(sealed(eventOf('1'), { at: Date.now() + minutes(6) })),
    ];
    expect(answers.map(([status]) => status)).toEqual(answers.map(() => 401));
    expect(await heardStamps()).toBe(before);
  });

  it('does not take the word of a genuine one: a card that WeCom shows undecided stays so', async () => {
    await tell(requested('J1', soon));
    const card = await cardOf('J1');
    await until('the card to be recorded', async () => (await statusOf('J1')) === 'open');
    expect(await post(sealed(eventOf(card.spNo)))).toEqual([200, 'success']);
    await new Promise((resolve) => { setTimeout(resolve, 2_500); });
    expect([await statusOf('J1'), decisionOn('J1')]).toEqual(['open', []]);
  });

  it('answers for a card it does not know, for another template and for one heard before, so that none is told again', async () => {
    const before = await heardStamps();
    expect(await post(sealed(eventOf('209901010001')), 'application/json')).toEqual([200, 'success']);
    expect(await post(sealed(eventOf('1', 'another')))).toEqual([200, 'success']);
    const twice = sealed(eventOf('209901010002'));
    expect([await post(twice), await post(twice)]).toEqual([[200, 'success'], [200, 'success']]);
    expect(await heardStamps()).toBe(before + 2);
  });

  it('refuses a body larger than any callback', async () => {
    const good = sealed(eventOf('1'));
    expect((await post({ ...good, body: 'x'.repeat(300_000) }))[0]).toBe(413);
  });

  it('believes no card that somebody applied for in his own name', async () => {
    const { data: { access_token: token } } = await axios.get<{ readonly access_token: string }>(`${wecom.url}/cgi-bin/gettoken`, { params: { corpid: USUAL_CREDENTIALS.corpId, corpsecret: USUAL_CREDENTIALS.secret } });
    await tell(requested('K1', soon));
    const genuine = await cardOf('K1');
    const contents = genuine.contents;
    const { data } = await axios.post<{ readonly sp_no: string }>(`${wecom.url}/cgi-bin/oa/applyevent`, {
      creator_userid: 'WangFang', template_id: USUAL_TEMPLATE.id, use_template_approver: 0, approver: [{ attr: 1, userid: ['LiNa'] }], apply_data: { contents }, summary_list: [{ summary_info: [{ text: 'x', lang: 'zh_CN' }] }],
    }, { params: { access_token: token } });
    expect(wecom.act(data.sp_no, { userid: 'LiNa', act: 'approve' })).toBeUndefined();
    await new Promise((resolve) => { setTimeout(resolve, 2_500); });
    expect(decisionOn('K1')).toEqual([]);
    acts(genuine, { userid: 'ZhangWei', act: 'reject' });
    await until('the genuine decision', async () => decisionOn('K1').length === 1);
  }, 60_000);
});

it('goes on after a restart: what was decided meanwhile is proposed', async () => {
  await tell(requested('L1', soon));
  const card = await cardOf('L1');
  await until('the card to be recorded', async () => (await statusOf('L1')) === 'open');
  wecom.faults.add([{ match: 'CALLBACK', dropBeforeCommit: true }]);
  acts(card, { userid: 'LiNa', act: 'approve' });
  await adapter.restart();
  await until('the decision', async () => decisionOn('L1').length === 1);
}, 60_000);
