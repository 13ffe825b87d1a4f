import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCarrier, USUAL_CREDENTIALS, type CarrierOptions, type CarrierSimulator } from '../src/index.ts';

type Body = Record<string, unknown>;

interface Answer {
  readonly apiResultCode: string;
  readonly result: { readonly success: boolean; readonly errorCode: string; readonly errorMsg: string | null; readonly msgData: Body } | null;
}

/** Signs and calls as the public clients do; `changes` spoil the form. */
async function call(base: string, serviceCode: string, message: unknown, changes: Record<string, string> = {}): Promise<Answer> {
  const timestamp = changes['timestamp'] ?? String(Math.floor(Date.now() / 1_000));
  const msgData = JSON.stringify(message);
  const encoded = encodeURIComponent(`${msgData}${timestamp}${USUAL_CREDENTIALS.checkword}`).replaceAll('%20', '+').replaceAll(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const digest = createHash('md5').update(encoded).digest('base64');
  const form = { partnerID: USUAL_CREDENTIALS.partnerId, requestID: crypto.randomUUID(), serviceCode, timestamp, msgData, msgDigest: digest, ...changes };
  const response = await fetch(`${base}/std/service`, { method: 'POST', body: new URLSearchParams(form) });
  const { apiResultCode, apiResultData } = await response.json() as { apiResultCode: string; apiResultData: string | null };
  return { apiResultCode, result: apiResultData === null ? null : JSON.parse(apiResultData) as Answer['result'] };
}

const order = (orderId: string, receiver: Body = {}): Body => ({
  language: 'zh-CN', orderId, expressTypeId: 2, payMethod: 1, cargoDetails: [{ name: "JUMBO BAG (RED) 'RETROSPOT' ~ 50% off!", count: 2 }],
  contactInfoList: [
    { contactType: 1, contact: '仓库', mobile: '19900009999', address: '深圳南山路1号', province: '广东', country: 'CN' },
    { contactType: 2, contact: '张静', mobile: '19900000001', address: '广州中山路1号', province: '广东', country: 'CN', ...receiver },
  ],
});

describe('the carrier as its callers know it', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });
  const begin = async (options: Partial<CarrierOptions> = {}): Promise<CarrierSimulator> => {
    const carrier = await startCarrier({ port: 0, ...options });
    open.push(carrier);
    return carrier;
  };
  const create = (carrier: CarrierSimulator, orderId: string, receiver?: Body) => call(carrier.url, 'EXP_RECE_CREATE_ORDER', order(orderId, receiver));
  const cancel = (carrier: CarrierSimulator, orderId: string) => call(carrier.url, 'EXP_RECE_UPDATE_ORDER', { orderId, dealType: 2 });
  const ledger = async (carrier: CarrierSimulator) => ((await (await fetch(`${carrier.url}/_sim/ledger`)).json()) as { shipments: Body[] }).shipments;

  it('gives a waybill, and the same one when the order number comes again', async () => {
    const carrier = await begin();
    const first = await create(carrier, 'O-1');
    expect(first.apiResultCode).toBe('A1000');
    expect(first.result).toMatchObject({ success: true, errorCode: 'S0000', msgData: { orderId: 'O-1', filterResult: 2, waybillNoInfoList: [{ waybillType: 1, waybillNo: 'SF1040000000001' }] } });
    expect((await create(carrier, 'O-1')).result).toEqual(first.result);
    expect((await create(carrier, 'O-2')).result?.msgData['waybillNoInfoList']).toEqual([{ waybillType: 1, waybillNo: 'SF1040000000002' }]);
    expect(await ledger(carrier)).toEqual([expect.objectContaining({ externalRef: 'O-1', live: true }), expect.objectContaining({ externalRef: 'O-2' })]);
  });

  it('looks at the product and what it is insured for, and keeps both', async () => {
    const carrier = await begin();
    const book = (orderId: string, changes: Body) => call(carrier.url, 'EXP_RECE_CREATE_ORDER', { ...order(orderId), ...changes });
    expect((await book('O-1', { expressTypeId: 154, serviceList: [{ name: 'INSURE', value: '1250.00' }] })).result).toMatchObject({ success: true });
    expect((await book('O-2', { expressTypeId: 3 })).result).toMatchObject({ success: false, errorCode: '6120' });
    expect((await book('O-3', { serviceList: [{ name: 'GOLD', value: '1' }] })).result).toMatchObject({ success: false, errorCode: '6128' });
    expect((await book('O-4', { serviceList: [{ name: 'INSURE', value: '0' }] })).result).toMatchObject({ success: false, errorCode: '6128' });
    expect((await book('O-5', { expressTypeId: undefined })).result).toMatchObject({ success: true });
    expect(await ledger(carrier)).toEqual([expect.objectContaining({ orderId: 'O-1', expressTypeId: 154, insuredFor: '1250.00' }), expect.objectContaining({ orderId: 'O-5', expressTypeId: 1 })]);
  });

  it('refuses a receiver it does not go to: answered well, but 不可收派 and without a waybill', async () => {
    const carrier = await begin();
    const { result } = await create(carrier, 'O-1', { province: '海外', address: '海外中山路664号' });
    expect(result).toMatchObject({ success: true, errorCode: 'S0000', msgData: { filterResult: 3, remark: '不可收派：收方超范围', waybillNoInfoList: [] } });
    expect(await ledger(carrier)).toEqual([expect.objectContaining({ state: 'refused', live: false })]);
    expect((await cancel(carrier, 'O-1')).result).toMatchObject({ success: true });
  });

  it('keeps the order when its answer is lost, and tells whoever asks', async () => {
    const carrier = await begin();
    carrier.faults.add([{ match: 'EXP_RECE_CREATE_ORDER', dropAfterCommit: true, count: 1 }]);
    await expect(create(carrier, 'O-1')).rejects.toThrow();
    const asked = await call(carrier.url, 'EXP_RECE_SEARCH_ORDER_RESP', { orderId: 'O-1', searchType: '1' });
    expect(asked.result?.msgData).toMatchObject({ orderId: 'O-1', filterResult: 2, orderState: 'served', waybillNoInfoList: [{ waybillNo: 'SF1040000000001' }] });
    expect((await call(carrier.url, 'EXP_RECE_SEARCH_ORDER_RESP', { orderId: 'O-9' })).result).toMatchObject({ success: false, errorCode: '8024' });
  });

  it('calls an order off as often as it is asked, and never takes its number again', async () => {
    const carrier = await begin();
    await create(carrier, 'O-1');
    expect((await cancel(carrier, 'O-1')).result).toMatchObject({ success: true, msgData: { orderId: 'O-1', resStatus: 2 } });
    expect((await cancel(carrier, 'O-1')).result).toMatchObject({ success: true });
    expect((await cancel(carrier, 'O-9')).result).toMatchObject({ success: false, errorCode: '8024' });
    expect((await create(carrier, 'O-1')).result).toMatchObject({ success: false, errorCode: '8037' });
    expect(await ledger(carrier)).toEqual([expect.objectContaining({ state: 'cancelled', live: false })]);
  });

  it('does not call off what was fetched already', async () => {
    const carrier = await begin({ settings: { collectAfterMs: 0 } });
    await create(carrier, 'O-1');
    expect((await cancel(carrier, 'O-1')).result).toMatchObject({ success: false, errorCode: '8039' });
  });

  it('shows where a parcel is, by waybill and by order number', async () => {
    const carrier = await begin({ settings: { collectAfterMs: 0 } });
    await create(carrier, 'O-1');
    const seen = async (message: Body) => (await call(carrier.url, 'EXP_RECE_SEARCH_ROUTES', { language: 'zh-CN', methodType: 1, ...message })).result?.msgData['routeResps'];
    const fetched = [{ mailNo: 'SF1040000000001', routes: [expect.objectContaining({ opCode: '50', remark: '顺丰速运 已收取快件' })] }];
    expect(await seen({ trackingType: 1, trackingNumber: ['SF1040000000001'] })).toEqual(fetched);
    expect(await seen({ trackingType: 2, trackingNumber: ['O-1'] })).toEqual(fetched);
    expect(await seen({ trackingType: 1, trackingNumber: 'SF9' })).toEqual([{ mailNo: 'SF9', routes: [] }]);
  });

  it.each([
    ['a wrong digest', { msgDigest: 'AAAA' }, 'A1006'],
    ['an unknown partner', { partnerID: 'NOBODY' }, 'A1006'],
    ['an old time', { timestamp: '1600000000' }, 'A1002'],
    ['an unknown service', { serviceCode: 'EXP_RECE_WANTED' }, 'A1004'],
    ['no request number', { requestID: '' }, 'A1001'],
  ])('lets nobody in with %s', async (_what, changes, code) => {
    const carrier = await begin();
    expect(await call(carrier.url, 'EXP_RECE_CREATE_ORDER', order('O-1'), changes)).toEqual({ apiResultCode: code, result: null });
    expect(await ledger(carrier)).toEqual([]);
  });

  it('refuses an order without a receiver\'s address or phone, and says why', async () => {
    const carrier = await begin();
    expect((await create(carrier, 'O-1', { address: '' })).result).toMatchObject({ success: false, errorCode: '1014', errorMsg: '收件地址不能为空' });
    expect((await create(carrier, 'O-1', { mobile: '' })).result).toMatchObject({ success: false, errorCode: '1016', errorMsg: '收件电话不能为空' });
    expect((await create(carrier, 'O-1')).result).toMatchObject({ success: true });
  });

  it('remembers its orders after a restart', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'carrier-'));
    const first = await startCarrier({ port: 0, stateDir });
    const before = await create(first, 'O-1');
    await first.close();
    const second = await begin({ stateDir });
    expect((await create(second, 'O-1')).result).toEqual(before.result);
    expect((await create(second, 'O-2')).result?.msgData['waybillNoInfoList']).toEqual([{ waybillType: 1, waybillNo: 'SF1040000000002' }]);
    await second.close();
    open.pop();
    rmSync(stateDir, { recursive: true });
  });
});
