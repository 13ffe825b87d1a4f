import { startU8, USUAL_SENDER, type U8Simulator } from '../src/index.ts';
import { elementIn, elementsIn, readXml, writeXml, type Element } from '../src/eai/xml.ts';
import { callerOf, salesOrder, sample } from './caller.ts';

const NOVEMBER_24 = Date.parse('2026-11-24T08:00:00+08:00');

let u8: U8Simulator;

beforeEach(async () => { u8 = await startU8({ port: 0, sample, now: () => NOVEMBER_24 }); });
afterEach(() => u8.close());

const send = async (body: string, type = 'application/xml'): Promise<string> =>
  (await fetch(`${u8.url}/U8EAI/import.asp`, { method: 'POST', headers: { 'content-type': type }, body })).text();

interface Asked {
  readonly proc: string;
  readonly sender?: string;
  readonly timestamp?: string;
  readonly most?: string;
}

const message = (roottag: string, documents: unknown, { proc, sender = USUAL_SENDER, timestamp = '', most = '' }: Asked): string => writeXml({
  ufinterface: { '@sender': sender, '@receiver': 'u8', '@roottag': roottag, '@docid': 'D1', '@proc': proc, '@timestamp': timestamp, '@maxdataitems': most, [roottag]: documents },
});

const interfaceIn = (xml: string): Element => elementIn(readXml(xml)?.['ufinterface']) ?? {};
const items = (xml: string): readonly Element[] => elementsIn(interfaceIn(xml), 'item');
const write = async (roottag: string, proc: string, document: unknown, type?: string) => items(await send(message(roottag, document, { proc }), type))[0];

const line = { inventorycode: 'P1', quantity: '3', taxunitprice: '2.95', taxrate: '13', money: '7.83', tax: '1.02', sum: '8.85', bgift: '0', irowno: '1' };
const order = (code: string, change: Element = {}, entry: unknown = line) => ({
  header: { businesstype: '普通销售', typecode: '01', custcode: 'C1', deptcode: '0301', date: '2026-11-24 00:00:00', code, define1: `O-${code}`, ...change }, body: { entry },
});
const receivable = (code: string) => ({ header: { cust_vendor_code: 'C1', amount: '8.85', code, define1: `O-${code}`, deptcode: '0301' }, body: '' });

const query = async (roottag: string, field: Element | undefined, asked: Omit<Asked, 'proc'> = {}) => {
  const found = interfaceIn(await send(message(roottag, field ? { field } : '', { proc: 'Query', ...asked })));
  return { timestamp: String(found['@timestamp']), rows: elementsIn(found, roottag).map((row) => ({ ...elementIn(row['header']), entry: elementsIn(elementIn(row['body']) ?? {}, 'entry') })) };
};
const byOrder = (orderId: string): Element => ({ '@name': 'cDefine1', '@operation': '=', '@value': orderId, '@logic': '' });

describe('EAI on the books of U8', () => {
  it('answers GET, whoever asks', async () => {
    const answer = await fetch(`${u8.url}/u8eai/import.asp`);
    expect(answer.status).toBe(200);
  });

  it.each(['application/xml', 'application/x-www-form-urlencoded'])('enters a sales order sent as %s, and the OpenAPI shows it', async (type) => {
    const item = await write('saleorder', 'add', order('S1', { memo: 'a & b <c>' }), type);
    expect(item).toMatchObject({ '@key': 'S1', '@succeed': '0', '@dsc': 'ok', '@u8key': expect.stringMatching(/^\d+$/) });
    const caller = callerOf(u8.url);
    await caller.login();
    const { saleorder } = await caller.ask('/api/saleorder/get', { id: String(item?.['@u8key']) });
    expect(saleorder).toMatchObject({ code: 'S1', state: '开立', define1: 'O-S1', sum: '8.8500', memo: 'a & b <c>', date: '2026-11-24', maker: 'EAI 001' });
  });

  it('takes a discount that adds up, and refuses one that does not', async () => {
    const cheaper = { ...line, taxunitprice: '2.616667', quotedprice: '2.95', sum: '7.85', money: '6.95', tax: '0.90', discount: '1.00', natdiscount: '1.00', discountrate: '88.700565' };
    expect(await write('saleorder', 'add', order('S1', {}, cheaper))).toMatchObject({ '@succeed': '0' });
    expect((await query('saleorder', byOrder('O-S1'))).rows).toMatchObject([{ sum: '7.8500', entry: [{ discount: '1.0000', natdiscount: '1.0000', quotedprice: '2.95' }] }]);
    for (const wrong of [{ discount: '1.01' }, { natdiscount: '0.99' }, { quotedprice: '2.96' }]) {
      expect(await write('saleorder', 'add', order('S2', {}, { ...cheaper, ...wrong }))).toMatchObject({ '@succeed': '-1', '@dsc': expect.stringContaining('折扣额') });
    }
  });

  it('finds a document by its order, with its lines, and tells its state by who verified it', async () => {
    const item = await write('saleorder', 'add', order('S1'));
    const { rows: [drawnUp] } = await query('saleorder', byOrder('O-S1'));
    expect(drawnUp).toMatchObject({ id: item?.['@u8key'], code: 'S1', sum: '8.8500', entry: [{ irowno: '1', inventorycode: 'P1', sum: '8.8500' }] });
    expect(drawnUp).not.toHaveProperty('verifier');
    expect(drawnUp).not.toHaveProperty('state');
    const caller = callerOf(u8.url);
    await caller.login();
    await caller.move('saleorder', 'verify', 'S1');
    expect((await query('saleorder', byOrder('O-S1'))).rows).toMatchObject([{ code: 'S1', verifier: expect.any(String) }]);
    expect((await query('saleorder', byOrder('O-S2'))).rows).toEqual([]);
  });

  it('takes a number once, and again when its document is deleted', async () => {
    await write('saleorder', 'add', order('S1'));
    expect(await write('saleorder', 'add', order('S1'))).toMatchObject({ '@succeed': '-1', '@dsc': '单据号[S1]重复' });
    expect(await write('saleorder', 'delete', { header: { code: 'S1' } })).toMatchObject({ '@succeed': '0' });
    expect((await query('saleorder', byOrder('O-S1'))).rows).toEqual([]);
    expect(await write('saleorder', 'delete', { header: { code: 'S1' } })).toMatchObject({ '@succeed': '-1', '@dsc': expect.stringContaining('未检索到') });
    expect(await write('saleorder', 'add', order('S1'))).toMatchObject({ '@succeed': '0' });
    const states = (await callerOf(u8.url).ledger()).filter(({ seeded }) => !seeded).map(({ state, live }) => [state, live]).sort();
    expect(states).toEqual([['删除', false], ['开立', true]]);
  });

  it('changes a document that is drawn up, and lets go of none that is verified', async () => {
    await write('saleorder', 'add', order('S1'));
    const more = { ...line, quantity: '4', money: '10.44', tax: '1.36', sum: '11.80' };
    expect(await write('saleorder', 'edit', order('S1', { memo: 'four' }, more))).toMatchObject({ '@succeed': '0' });
    expect((await query('saleorder', byOrder('O-S1'))).rows).toMatchObject([{ memo: 'four', sum: '11.8000' }]);
    const caller = callerOf(u8.url);
    await caller.login();
    await caller.move('saleorder', 'verify', 'S1');
    expect(await write('saleorder', 'edit', order('S1'))).toMatchObject({ '@succeed': '-1', '@dsc': expect.stringContaining('不能修改') });
    expect(await write('saleorder', 'delete', { header: { code: 'S1' } })).toMatchObject({ '@succeed': '-1', '@dsc': '单据[S1]当前状态为审核，不能删除' });
  });

  it.each([
    ['an unknown customer', order('S1', { custcode: 'C9' }), '客户编码[C9]不存在'],
    ['a line that does not add up', order('S1', {}, { ...line, sum: '8.86' }), '第1行价税合计[8.86]不正确'],
    ['a line whose tax does not add up', order('S1', {}, { ...line, tax: '1.03' }), '第1行价税合计[8.85]不正确'],
    ['no lines', { ...order('S1'), body: '' }, '销售订单没有表体[entry]'],
  ])('refuses %s and says why', async (_what, document, dsc) => {
    expect(await write('saleorder', 'add', document)).toMatchObject({ '@succeed': '-1', '@dsc': dsc, '@u8key': '' });
    expect((await query('saleorder', byOrder('O-S1'))).rows).toEqual([]);
  });

  it('neither takes nor gives back in a closed period', async () => {
    await write('oughtreceive', 'add', receivable('R1'));
    u8.change({ closedPeriods: ['2026-11'] });
    for (const proc of ['delete', 'edit']) expect(await write('oughtreceive', proc, { header: { code: 'R1' } })).toMatchObject({ '@succeed': '-1', '@dsc': expect.stringContaining('已结账') });
    expect(await write('oughtreceive', 'add', receivable('R2'))).toMatchObject({ '@succeed': '-1', '@dsc': expect.stringContaining('已结账') });
  });

  it('minds the free stock on saving, and verifies by itself, when told to', async () => {
    u8.change({ refuseShortStockOnSave: true, verifyOnSave: true });
    const much = { ...line, quantity: '101', money: '263.67', tax: '34.28', sum: '297.95' };
    expect(await write('saleorder', 'add', order('S1', {}, much))).toMatchObject({ '@dsc': '存货[P1]可用量不足：需要101.0000，可用100.0000' });
    expect(await write('saleorder', 'add', order('S2'))).toMatchObject({ '@succeed': '0' });
    expect((await query('currentstock', { '@name': 'cInvCode', '@operation': '=', '@value': 'P1' })).rows).toMatchObject([{ favaquantity: '97.0000' }]);
    expect((await query('saleorder', byOrder('O-S2'))).rows).toMatchObject([{ verifier: 'system' }]);
  });

  it('says it with u8apireturn when told to', async () => {
    u8.change({ eaiApiReturn: true });
    const done = interfaceIn(await send(message('saleorder', order('S1'), { proc: 'add' })));
    const not = interfaceIn(await send(message('saleorder', order('S1'), { proc: 'add' })));
    expect([done['u8apireturn'], not['u8apireturn']]).toEqual([{ '@issuccess': 'true' }, { '@issuccess': 'false', 'error': '单据号[S1]重复' }]);
  });
});

describe('what EAI lists', () => {
  it('tells everything, and from a timestamp on only what changed', async () => {
    const customers = await query('customer', undefined);
    expect(customers.rows).toMatchObject([{ code: 'C1', credit_amount: '50000.0000' }, { code: 'C2' }]);
    expect((await query('customer', undefined, { timestamp: customers.timestamp })).rows).toEqual([]);
    const owed = await query('oughtreceive', undefined);
    expect(owed.rows).toMatchObject([{ code: 'AR-1', remainamount: '200.0000', verifier: 'demo' }, { code: 'AR-2' }]);
    await write('oughtreceive', 'add', receivable('R1'));
    const fresh = await query('oughtreceive', undefined, { timestamp: owed.timestamp });
    expect(fresh.rows).toMatchObject([{ code: 'R1' }]);
    expect(BigInt(fresh.timestamp)).toBeGreaterThan(BigInt(owed.timestamp));
  });

  it('goes on after as many rows as were asked for', async () => {
    const first = await query('inventory', undefined, { most: '1' });
    const second = await query('inventory', undefined, { most: '1', timestamp: first.timestamp });
    expect([first.rows, second.rows]).toMatchObject([[{ code: 'P1', safe_num: '20', ref_cost: '1.4800' }], [{ code: 'P2' }]]);
  });
});

describe('what EAI does not take', () => {
  it.each([
    ['a sender nobody registered', message('saleorder', order('S1'), { proc: 'add', sender: '099' }), '外部系统[099]未注册'],
    ['a message cut short', message('saleorder', order('S1'), { proc: 'add' }).slice(0, -20), '请求内容不是正确的XML'],
    ['another root', '<html/>', '请求内容不是正确的XML'],
    ['entities of its own', `<!DOCTYPE x [<!ENTITY a "b">]>${message('saleorder', order('S1'), { proc: 'add' })}`, '请求内容不是正确的XML'],
    ['a proc there is not', message('saleorder', order('S1'), { proc: 'verify' }), '不支持的proc[verify]'],
    ['a root tag there is not', message('consignment', order('S1'), { proc: 'add' }), '不支持的roottag[consignment]'],
    ['a column there is not', message('saleorder', { field: { '@name': 'cNothing', '@operation': '=', '@value': '1' } }, { proc: 'Query' }), "列名'cNothing'无效"],
  ])('refuses %s and says why', async (_what, body, dsc) => {
    expect(items(await send(body))).toMatchObject([{ '@succeed': '-1', '@dsc': dsc }]);
    expect((await callerOf(u8.url).ledger()).filter(({ seeded }) => !seeded)).toEqual([]);
  });

  it('misbehaves on request as every door does', async () => {
    u8.faults.add([{ match: 'roottag="saleorder"', dropAfterCommit: true, count: 1 }]);
    await expect(send(message('saleorder', order('S1'), { proc: 'add' }))).rejects.toThrow();
    expect((await query('saleorder', byOrder('O-S1'))).rows).toHaveLength(1);
  });
});

it('keeps the companies of two senders apart', async () => {
  const both = await startU8({ port: 0, sample, ledgers: ['1', '2'], senders: { '001': '1', '002': '2' } });
  const body = message('saleorder', order('S1'), { proc: 'add', sender: '002' });
  await fetch(`${both.url}/u8eai/import.asp`, { method: 'POST', body });
  const caller = callerOf(both.url);
  await caller.login();
  expect(await caller.rows('saleorderlist', { ds_sequence: '1' })).toEqual([]);
  expect(await caller.rows('saleorderlist', { ds_sequence: '2' })).toMatchObject([{ code: 'S1', ...salesOrderHead() }]);
  await both.close();
});

function salesOrderHead(): Element {
  const { custcode, deptcode } = salesOrder('O-S1');
  return { custcode, deptcode };
}
