import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fascSignature, startFasc, USUAL_CREDENTIALS, type FascOptions, type FascSimulator } from '../src/index.ts';
import { call, contract, logIn, openMailbox, pdf, until, upload, type Body, type Caller } from './client.ts';

const customer = { id: '0003', name: '江苏华佳礼品有限公司', region: '江苏', address: '', contactName: '张静', contactPhone: '19900000003', creditLimitFen: 0, paymentTermsDays: 30, signs: 'refuses' as const, receivables: [] };

describe('法大大 as its callers know it', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });
  const begin = async (options: Partial<FascOptions> = {}): Promise<FascSimulator & { readonly me: Caller }> => {
    const fasc = await startFasc({ port: 0, sample: { customers: [customer] }, ...options, settings: { signDelayMs: 20, callbackScale: 0.0001, ...options.settings } });
    open.push(fasc);
    return { ...fasc, me: await logIn(fasc.url) };
  };
  const mailbox = async (answers?: (string | number)[]) => {
    const box = await openMailbox(answers);
    open.push(box);
    return box;
  };
  const create = async ({ me }: { readonly me: Caller }, orderId: string, more: Body = {}) =>
    String((await call(me, '/sign-task/create', contract(await upload(me), orderId, { autoStart: true, ...more }))).data['signTaskId']);
  const detail = async ({ me }: { readonly me: Caller }, signTaskId: string) => (await call(me, '/sign-task/get-detail', { signTaskId })).data;
  const status = async (fasc: { readonly me: Caller }, signTaskId: string) => (await detail(fasc, signTaskId))['signTaskStatus'];
  const ledger = async ({ url }: FascSimulator) => (await (await fetch(`${url}/_sim/ledger`)).json()) as { readonly tokensIssued: number; readonly flows: readonly Body[] };

  it('signs as the SDKs do', () => {
    const parameters = {
      'X-FASC-AccessToken': 'tok', 'X-FASC-Api-SubVersion': '5.1', 'X-FASC-App-Id': '00000000', 'X-FASC-Nonce': 'a'.repeat(32), 'X-FASC-Sign-Type': 'HMAC-SHA256',
      'X-FASC-Timestamp': '1757570000000', 'bizContent': '{"signTaskId":"1"}',
    };
    expect(fascSignature(parameters, '1757570000000', 'dummysecret')).toBe('45a459b6af348e6ff2b3e5727823c54f4e5f4e23eea22e916d8da6befefe25bf');
  });

  it('has a contract signed by everybody in order and tells the caller, signed', async () => {
    const fasc = await begin();
    const box = await mailbox();
    const id = await create(fasc, 'O-1', { callbackUrl: box.url });
    await until(() => box.received.length === 4);
    expect([...box.events()].sort()).toEqual(['sign-task-finished', 'sign-task-signed', 'sign-task-signed', 'sign-task-start']);
    expect(box.received.every(({ isSigned, body }) => isSigned && body['signTaskId'] === id && body['transReferenceId'] === 'O-1')).toBe(true);
    expect(await detail(fasc, id)).toMatchObject({ signTaskStatus: 'task_finished', cancelStatus: false, finishTime: expect.stringMatching(/^\d{13}$/) });
  });

  it('tells the end of a quiet actor\'s task in sign-task-signed alone', async () => {
    const fasc = await begin({ settings: { quiet: ['广东信隆商贸有限公司'] } });
    const box = await mailbox();
    await create(fasc, 'O-1', { callbackUrl: box.url });
    await until(() => box.received.length === 3);
    expect(box.events()).not.toContain('sign-task-finished');
    expect(box.received.map(({ body }) => body['signTaskStatus'])).toContain('task_finished');
  });

  it('shows a draft to nobody until it is started, once, and deletes one that is not wanted', async () => {
    const fasc = await begin();
    const box = await mailbox();
    const [id, other] = [await create(fasc, 'O-1', { autoStart: false, callbackUrl: box.url }), await create(fasc, 'O-1', { autoStart: false })];
    expect(await call(fasc.me, '/sign-task/cancel', { signTaskId: id })).toMatchObject({ code: '211126' });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect([await status(fasc, id), box.received]).toEqual(['task_created', []]);
    expect(await call(fasc.me, '/sign-task/start', { signTaskId: id })).toMatchObject({ code: '100000', data: null });
    expect(await call(fasc.me, '/sign-task/start', { signTaskId: id })).toMatchObject({ code: '211055' });
    expect(await call(fasc.me, '/sign-task/delete', { signTaskId: other })).toMatchObject({ code: '100000' });
    expect(await call(fasc.me, '/sign-task/start', { signTaskId: other })).toMatchObject({ code: '211051' });
  });

  it('ends a task that is refused, called off or not signed in time, each in its own way', async () => {
    const fasc = await begin({ settings: { silent: ['广东信隆商贸有限公司'] } });
    const box = await mailbox();
    const refused = await create(fasc, 'O-1', { customer: '江苏华佳礼品有限公司', callbackUrl: box.url });
    const cancelled = await create(fasc, 'O-2', { callbackUrl: box.url });
    const late = await create(fasc, 'O-3', { expiresTime: String(Date.now() + 80), callbackUrl: box.url });
    expect(await call(fasc.me, '/sign-task/cancel', { signTaskId: cancelled, terminationNote: '订单已取消' })).toMatchObject({ code: '100000' });
    expect(await call(fasc.me, '/sign-task/cancel', { signTaskId: cancelled })).toMatchObject({ code: '211126' });
    await until(async () => await status(fasc, late) === 'expired' && await status(fasc, refused) === 'task_terminated');
    expect(await detail(fasc, refused)).toMatchObject({ cancelStatus: false, terminationNote: '签署人拒绝签署' });
    expect(await detail(fasc, cancelled)).toMatchObject({ signTaskStatus: 'task_terminated', cancelStatus: true, terminationNote: '订单已取消' });
    await until(() => box.received.length === 6);
    expect([...box.events()].sort()).toEqual(['sign-task-canceled', 'sign-task-expire', 'sign-task-sign-rejected', 'sign-task-start', 'sign-task-start', 'sign-task-start']);
  });

  it('makes a finished task void when its actors sign that too, and leaves it as it was when they refuse', async () => {
    const fasc = await begin();
    const box = await mailbox();
    const id = await create(fasc, 'O-1', { callbackUrl: box.url });
    await until(async () => await status(fasc, id) === 'task_finished');
    const abolish = () => call(fasc.me, '/sign-task/abolish', { signTaskId: id, abolishedInitiator: { initiatorId: USUAL_CREDENTIALS.openCorpId }, reason: '订单已取消', autoStart: true });
    fasc.change({ refuse: ['广东信隆商贸有限公司'], signDelayMs: 400 });
    expect(await abolish()).toMatchObject({ code: '100000' });
    expect(await abolish()).toMatchObject({ code: '211501' });
    expect(await status(fasc, id)).toBe('abolishing');
    await until(async () => await status(fasc, id) === 'task_finished');
    fasc.change({ refuse: [] });
    const { data } = await abolish();
    await until(async () => await status(fasc, id) === 'revoked');
    await until(() => box.events().includes('sign-task-abolish'));
    expect(box.received.find(({ event }) => event === 'sign-task-abolish')?.body).toMatchObject({ signTaskId: id, abolishedSignTaskId: data['abolishedSignTaskId'], signTaskStatus: 'revoked' });
    expect((await ledger(fasc)).flows.filter(({ live }) => live === true)).toEqual([]);
  });

  it('gives the signed file back: the PDF that was brought, and who signed it', async () => {
    const fasc = await begin();
    const id = await create(fasc, 'O-1');
    const link = () => call(fasc.me, '/sign-task/owner/get-download-url', { ownerId: { idType: 'corp', openId: USUAL_CREDENTIALS.openCorpId }, signTaskId: id, downloadMode: 'download' });
    expect(await link()).toMatchObject({ code: '211160' });
    await until(async () => await status(fasc, id) === 'task_finished');
    const url = String((await link()).data['downloadUrl']);
    const signed = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(signed.subarray(0, pdf.length)).toEqual(pdf);
    expect(signed.toString()).toContain('广东信隆商贸有限公司');
    expect((await fetch(`${url}0`)).status).toBe(403);
  });

  it('tells again what was not answered success, three times at most, and twice when the answer is lost', async () => {
    const fasc = await begin();
    const patient = await mailbox(['no', 500]);
    await create(fasc, 'O-1', { callbackUrl: patient.url });
    await until(() => patient.received.length === 6);
    const deaf = await mailbox(Array.from({ length: 99 }, () => 'later'));
    fasc.change({ callbackScale: 0.000_01 });
    const id = await create(fasc, 'O-2', { callbackUrl: deaf.url });
    await until(async () => JSON.stringify((await ledger(fasc)).flows.find((flow) => flow['id'] === id)?.['callbacks']) === '{"heard":0,"unheard":4,"waiting":0}');
    expect(deaf.received).toHaveLength(16);
    const box = await mailbox();
    fasc.faults.add([{ match: 'sign-task-finished', dropAfterCommit: true, count: 1 }]);
    await create(fasc, 'O-3', { callbackUrl: box.url });
    await until(() => box.events().filter((event) => event === 'sign-task-finished').length === 2);
  });

  it('tells events out of order when one is held up', async () => {
    const fasc = await begin();
    const box = await mailbox();
    fasc.faults.add([{ match: 'sign-task-start', delayMs: 300 }]);
    await create(fasc, 'O-1', { callbackUrl: box.url });
    await until(() => box.received.length === 4);
    expect(box.events().at(-1)).toBe('sign-task-start');
  });

  it('keeps one token for two hours after its last use, and lets nobody in with another', async () => {
    let at = Date.now();
    const fasc = await begin({ now: () => at });
    const stamped = () => ({ changes: { 'X-FASC-Timestamp': String(at) } });
    const see = () => call(fasc.me, '/sign-task/get-detail', { signTaskId: 'none' }, stamped());
    at += 7_100_000;
    expect(await see()).toMatchObject({ status: 200, code: '211051' });
    at += 7_100_000;
    expect(await see()).toMatchObject({ status: 200, code: '211051' });
    expect((await call(fasc.me, '/service/get-access-token', undefined, stamped())).data['accessToken']).toBe(fasc.me.token);
    at += 7_300_000;
    expect(await see()).toMatchObject({ status: 401, code: '100002' });
    expect((await call(fasc.me, '/service/get-access-token', undefined, stamped())).data['accessToken']).not.toBe(fasc.me.token);
    expect((await ledger(fasc)).tokensIssued).toBe(2);
  });

  it.each([
    ['an old clock', { changes: { 'X-FASC-Timestamp': String(Date.now() - 6 * 60_000) } }, '请求已过期'],
    ['another application', { changes: { 'X-FASC-App-Id': 'x' } }, '未获取有效的平台信息'],
    ['another version', { changes: { 'X-FASC-Api-SubVersion': '5.0' } }, '子版本号不存在: 5.0'],
    ['a wrong signature', { after: { 'X-FASC-Sign': 'AAAA' } }, '签名错误'],
    ['a header less', { after: { 'X-FASC-Nonce': '' } }, 'X-FASC-Nonce 不能为空'],
  ])('lets nobody in with %s', async (_what, spoilt, why) => {
    const fasc = await begin();
    expect(await call(fasc.me, '/sign-task/get-detail', { signTaskId: '1' }, spoilt)).toMatchObject({ msg: why, data: null });
  });

  it('lets a nonce in once', async () => {
    const fasc = await begin();
    const again = { changes: { 'X-FASC-Nonce': 'a'.repeat(32) } };
    expect(await call(fasc.me, '/sign-task/get-detail', { signTaskId: '1' }, again)).toMatchObject({ code: '211051' });
    expect(await call(fasc.me, '/sign-task/get-detail', { signTaskId: '1' }, again)).toMatchObject({ msg: 'X-FASC-Nonce 重复' });
  });

  it('refuses a task it cannot begin, and says why', async () => {
    const fasc = await begin();
    const fileId = await upload(fasc.me);
    const code = async (body: Body) => (await call(fasc.me, '/sign-task/create', body)).code;
    expect(await code(contract('12345', 'O-1'))).toBe('211096');
    expect(await code({ ...contract(fileId, 'O-1'), initiator: { idType: 'corp', openId: 'x' } })).toBe('210032');
    expect(await code({ ...contract(fileId, 'O-1'), businessId: '' })).toBe('211118');
    expect(await code({ ...contract(fileId, 'O-1'), actors: [], autoStart: true })).toBe('211161');
    expect(await code({ ...contract(fileId, 'O-1'), docs: [], actors: [], autoStart: true })).toBe('211056');
  });

  it('goes on after a restart: actors sign, unheard callbacks are told, the file is there', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'fasc-'));
    const box = await openMailbox([500]);
    const first = await startFasc({ port: 0, sample: { customers: [] }, stateDir, settings: { signDelayMs: 60_000, callbackScale: 1 } });
    const id = await create({ me: await logIn(first.url) }, 'O-1', { callbackUrl: box.url });
    await until(() => box.received.length === 1);
    await first.close();
    const second = await begin({ stateDir });
    open.push(box);
    await until(() => box.received.length === 5);
    expect(box.events().filter((event) => event === 'sign-task-start')).toHaveLength(2);
    expect(await status(second, id)).toBe('task_finished');
    await second.close();
    open.splice(open.findIndex((one) => one !== box), 1);
    rmSync(stateDir, { recursive: true });
  });
});
