import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SampleCustomer } from '@order-mesh/simulator';
import { startEsign, type EsignOptions, type EsignSimulator } from '../src/index.ts';
import { call, contract, openMailbox, pdf, until, upload, type Body } from './client.ts';

const customer = (id: string, name: string, signs: SampleCustomer['signs']): SampleCustomer => ({
  id, name, region: '广东', address: '', contactName: '张静', contactPhone: `1990000${id}`, creditLimitFen: 0, paymentTermsDays: 30, signs, receivables: [],
});
const sample = { customers: [customer('0002', '广东信隆商贸有限公司', 'always'), customer('0003', '江苏华佳礼品有限公司', 'refuses')] };

describe('e签宝 as its callers know it', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });
  const begin = async (options: Partial<EsignOptions> = {}): Promise<EsignSimulator> => {
    const esign = await startEsign({ port: 0, sample, settings: { signDelayMs: 20 }, callbackRetryMs: [20, 20, 20], ...options });
    open.push(esign);
    return esign;
  };
  const mailbox = async (answers?: number[]) => {
    const box = await openMailbox(answers);
    open.push(box);
    return box;
  };
  const create = async ({ url }: EsignSimulator, orderId: string, config: Body = {}) => {
    const { data } = await call(url, 'POST /v3/sign-flow/create-by-file', contract(await upload(url), orderId, config));
    return String(data['signFlowId']);
  };
  const detail = async ({ url }: EsignSimulator, flowId: string) => (await call(url, `GET /v3/sign-flow/${flowId}/detail`)).data;
  const status = async (esign: EsignSimulator, flowId: string) => (await detail(esign, flowId))['signFlowStatus'];

  it('signs a contract with everybody and tells the caller, signed', async () => {
    const esign = await begin();
    const box = await mailbox();
    const flowId = await create(esign, 'O-1', { notifyUrl: box.url });
    await until(() => box.received.length === 3);
    expect(box.actions()).toEqual(['SIGN_MISSON_COMPLETE', 'SIGN_MISSON_COMPLETE', 'SIGN_FLOW_COMPLETE']);
    expect(box.received.every(({ isSigned }) => isSigned)).toBe(true);
    expect(box.received[1]?.body).toMatchObject({ signFlowId: flowId, customBizNum: 'O-1', signOrder: 2, signResult: 2, organization: { orgName: '广东信隆商贸有限公司' } });
    expect(box.received[2]?.body).toMatchObject({ signFlowId: flowId, signFlowStatus: '2', signFlowTitle: '销售合同 O-1' });
    expect(await status(esign, flowId)).toBe(2);
  });

  it('gives the signed file back: the PDF that was brought, and who signed it', async () => {
    const esign = await begin();
    const flowId = await create(esign, 'O-1');
    expect(await call(esign.url, `POST /v3/sign-flow/${flowId}/file-download-url`, {})).toMatchObject({ code: 1437518 });
    await until(async () => await status(esign, flowId) === 2);
    const { data } = await call(esign.url, `GET /v3/sign-flow/${flowId}/file-download-url`);
    const [file] = data['files'] as { downloadUrl: string }[];
    const signed = Buffer.from(await (await fetch(String(file?.downloadUrl))).arrayBuffer());
    expect(signed.subarray(0, pdf.length)).toEqual(pdf);
    expect(signed.toString()).toContain('广东信隆商贸有限公司');
    expect((await fetch(`${file?.downloadUrl}0`)).status).toBe(403);
  });

  it('ends with status 7 when a customer known to refuse refuses', async () => {
    const esign = await begin();
    const box = await mailbox();
    const flowId = await create(esign, 'O-1', { notifyUrl: box.url, customer: '江苏华佳礼品有限公司' });
    await until(() => box.received.length === 3);
    expect(box.received.slice(1).map(({ body }) => [body['action'], body['signResult'] ?? body['signFlowStatus']])).toEqual([['SIGN_MISSON_COMPLETE', 4], ['SIGN_FLOW_COMPLETE', '7']]);
    expect(await detail(esign, flowId)).toMatchObject({ signFlowStatus: 7, signFlowDescription: '签署人拒绝签署' });
  });

  it('begins two flows when asked twice, and finds both by our order number, by time and by signer', async () => {
    const esign = await begin();
    const started = Date.now();
    const flows = [await create(esign, 'O-1'), await create(esign, 'O-1')];
    await create(esign, 'O-2');
    const list = async (wanted: Body) => (await call(esign.url, 'POST /v3/sign-flow/sign-flow-list', { pageNum: 1, pageSize: 20, ...wanted })).data;
    const found = await list({ customBizNum: 'O-1' });
    expect((found['signFlowInfos'] as Body[]).map(({ signFlowId }) => signFlowId)).toEqual(flows);
    expect(await list({ signFlowStartTimeFrom: started, signFlowStartTimeTo: started + 60_000 })).toMatchObject({ total: 3 });
    expect(await list({ signFlowStartTimeFrom: started, organization: { orgName: '江苏华佳礼品有限公司' } })).toMatchObject({ total: 0 });
    expect(await call(esign.url, 'POST /v3/sign-flow/sign-flow-list', { pageNum: 1, pageSize: 20 })).toMatchObject({ code: 1435002 });
  });

  it('calls a flow off once, while it is being signed', async () => {
    const esign = await begin({ settings: { signDelayMs: 60_000 } });
    const box = await mailbox();
    const flowId = await create(esign, 'O-1', { notifyUrl: box.url });
    const revoke = () => call(esign.url, `POST /v3/sign-flow/${flowId}/revoke`, { revokeReason: '订单取消' });
    expect(await revoke()).toMatchObject({ code: 0 });
    expect(await revoke()).toMatchObject({ code: 1437168 });
    await until(() => box.actions().includes('SIGN_FLOW_COMPLETE'));
    expect(box.received.at(-1)?.body).toMatchObject({ signFlowStatus: '3', statusDescription: '订单取消' });
    expect(await detail(esign, flowId)).toMatchObject({ signFlowStatus: 3, revokeReason: '订单取消' });
  });

  it('takes a complete contract back with the signatures of everybody, once', async () => {
    const esign = await begin();
    const box = await mailbox();
    const flowId = await create(esign, 'O-1', { notifyUrl: box.url });
    await until(async () => await status(esign, flowId) === 2);
    const rescind = () => call(esign.url, `POST /v3/sign-flow/${flowId}/initiate-rescission`, { rescindReason: '4', signFlowConfig: { notifyUrl: box.url } });
    const { data } = await rescind();
    expect(await rescind()).toMatchObject({ code: 1439107 });
    await until(() => box.actions().includes('SIGN_FILE_RESCINDED'));
    expect(box.received.at(-1)?.body).toMatchObject({ signFlowId: flowId, rescissionSignFlowId: data['signFlowId'] });
    expect(await detail(esign, flowId)).toMatchObject({ signFlowStatus: 2, rescissionStatus: 3 });
    const { flows } = await (await fetch(`${esign.url}/_sim/ledger`)).json() as { flows: Body[] };
    expect(flows).toEqual([expect.objectContaining({ id: flowId, externalRef: 'O-1', live: false }), expect.objectContaining({ rescinds: flowId, live: false })]);
  });

  it('stays open after the last signature when it does not finish by itself, until it is told to', async () => {
    const esign = await begin();
    const flowId = await create(esign, 'O-1', { autoFinish: false });
    expect(await call(esign.url, `POST /v3/sign-flow/${flowId}/finish`, {})).toMatchObject({ code: 1437113 });
    await until(async () => ((await detail(esign, flowId))['signers'] as Body[]).every(({ signStatus }) => signStatus === 2));
    expect(await status(esign, flowId)).toBe(1);
    expect(await call(esign.url, `POST /v3/sign-flow/${flowId}/finish`, {})).toMatchObject({ code: 0 });
    expect(await status(esign, flowId)).toBe(2);
  });

  it('expires when nobody signs in time', async () => {
    const esign = await begin({ settings: { silent: ['广东信隆商贸有限公司'] } });
    const flowId = await create(esign, 'O-1', { signFlowExpireTime: Date.now() + 80 });
    await until(async () => await status(esign, flowId) === 5);
  });

  it('lets a contract that nobody signs expire after seven days of its clock, which is moved over HTTP, and tells so', async () => {
    const esign = await begin({ settings: { silent: ['广东信隆商贸有限公司'] } });
    const box = await mailbox();
    const flowId = await create(esign, 'O-1', { notifyUrl: box.url, signFlowExpireTime: Date.now() + 7 * 86_400_000 });
    const later = { 'X-Tsign-Open-Ca-Timestamp': String(Date.now() + 8 * 86_400_000) };
    await fetch(`${esign.url}/_sim/clock`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ advanceMs: 8 * 86_400_000 }) });
    await until(() => box.actions().includes('SIGN_FLOW_COMPLETE'));
    expect(box.received.at(-1)?.body).toMatchObject({ signFlowId: flowId, signFlowStatus: '5' });
    expect((await call(esign.url, `GET /v3/sign-flow/${flowId}/detail`)).status).toBe(401);
    expect((await call(esign.url, `GET /v3/sign-flow/${flowId}/detail`, undefined, later)).data).toMatchObject({ signFlowStatus: 5 });
  });

  it('tries a callback again until it is answered 200, and gives up in the end', async () => {
    const esign = await begin();
    const patient = await mailbox([500, 503]);
    await create(esign, 'O-1', { notifyUrl: patient.url });
    await until(() => patient.received.length === 5);
    expect(patient.actions().slice(0, 3)).toEqual(['SIGN_MISSON_COMPLETE', 'SIGN_MISSON_COMPLETE', 'SIGN_MISSON_COMPLETE']);
    const deaf = await mailbox(Array.from({ length: 99 }, () => 500));
    const flowId = await create(esign, 'O-2', { notifyUrl: deaf.url });
    const callbacks = async () => ((await (await fetch(`${esign.url}/_sim/ledger`)).json()) as { flows: Body[] }).flows.find(({ id }) => id === flowId)?.['callbacks'];
    await until(async () => JSON.stringify(await callbacks()) === '{"heard":0,"unheard":3,"waiting":0}');
    expect(deaf.received).toHaveLength(12);
  });

  it('sends a callback twice when the answer to it is lost', async () => {
    const esign = await begin();
    const box = await mailbox();
    esign.faults.add([{ match: 'SIGN_FLOW_COMPLETE', dropAfterCommit: true, count: 1 }]);
    await create(esign, 'O-1', { notifyUrl: box.url });
    await until(() => box.received.length === 4);
    expect(box.received[3]?.body).toEqual(box.received[2]?.body);
  });

  it('goes on after a restart: signers sign, unheard callbacks are told, the file is there', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'esign-'));
    const first = await startEsign({ port: 0, sample, stateDir, settings: { signDelayMs: 60_000 }, callbackRetryMs: [60_000] });
    const box = await openMailbox([500]);
    open.push(box);
    const flowId = await create(first, 'O-1', { notifyUrl: box.url });
    await until(() => box.received.length === 1);
    await first.close();

    const second = await begin({ stateDir });
    await until(() => box.received.length === 4);
    expect(box.received[1]?.body).toEqual(box.received[0]?.body);
    expect(await status(second, flowId)).toBe(2);
    expect(await call(second.url, `GET /v3/sign-flow/${flowId}/file-download-url`)).toMatchObject({ code: 0 });
    await second.close();
    open.pop();
    rmSync(stateDir, { recursive: true });
  });

  it.each([
    ['another application', { 'X-Tsign-Open-App-Id': 'x' }],
    ['an old clock', { 'X-Tsign-Open-Ca-Timestamp': String(Date.now() - 16 * 60_000) }],
    ['another body', { 'Content-MD5': 'AAAA' }],
    ['a wrong signature', { 'X-Tsign-Open-Ca-Signature': 'AAAA' }],
  ])('lets nobody in with %s', async (_what, headers) => {
    const esign = await begin();
    expect(await call(esign.url, 'POST /v3/sign-flow/sign-flow-list', { pageNum: 1, pageSize: 20 }, headers)).toMatchObject({ status: 401, code: 401 });
  });

  it('refuses a flow it cannot begin, and says why', async () => {
    const esign = await begin();
    const fileId = await upload(esign.url);
    const refused = async (body: Body) => (await call(esign.url, 'POST /v3/sign-flow/create-by-file', body)).message;
    expect(await refused(contract('unknown', 'O-1'))).toBe('文档未成功转换成pdf, 请稍后重试');
    expect(await refused(contract(fileId, 'O-1', { signFlowTitle: '' }))).toContain('signFlowTitle不能为空');
    expect(await refused({ ...contract(fileId, 'O-1'), signers: [] })).toBe('流程自动开启的场景文档和签署人信息不能为空');
    expect(await refused(contract(fileId, 'O-1', { notifyUrl: 'nowhere' }))).toContain('notifyUrl');
    expect((await call(esign.url, 'GET /v3/sign-flow/none/detail')).message).toBe('流程不存在:none');
  });
});
