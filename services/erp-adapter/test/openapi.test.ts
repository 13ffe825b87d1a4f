import { startU8, type U8Simulator } from '@order-mesh/u8-simulator';
import { openApiConfig } from './doors.ts';
import { basket, documentsOf, emptyMemory, sample, startBooking, stateOf, until } from './scene.ts';

let u8: U8Simulator;
let erp: ReturnType<typeof startBooking>;

beforeEach(async () => {
  u8 = await startU8({ port: 0, sample });
  erp = startBooking(openApiConfig(u8.url));
});
afterEach(async () => {
  await erp.stop();
  await u8.close();
});

const answers = (count: number) => until(() => erp.answers.length >= count, `${count} answers, got ${erp.answers.map(({ type }) => type).join()}`);
const BOOKED = ['oughtreceive 审核', 'saleorder 审核'];

describe('what only the OpenAPI does', () => {
  it('verifies what it enters, each under a biz_id of the order', async () => {
    await erp.book(basket('A1'));
    await answers(1);
    const documents = await documentsOf(u8, 'A1');
    expect(stateOf(documents)).toEqual(BOOKED);
    expect(documents.map(({ bizId }) => bizId).sort()).toEqual(['AR-A1', 'SO-A1']);
    expect(erp.answers).toMatchObject([{ value: { saleOrderCode: expect.stringMatching(/^XSDD/), receivableCode: expect.stringMatching(/^YSD/) } }]);
  });

  it('renews the token when U8 no longer takes it', async () => {
    await erp.book(basket('A1'));
    await answers(1);
    u8.revokeTokens();
    await erp.book(basket('A2', 1));
    await answers(2);
    expect(stateOf(await documentsOf(u8, 'A2'))).toEqual(BOOKED);
  });

  it('leaves the company alone for as long as U8 asks with 429, then books once', async () => {
    const memory = emptyMemory();
    const other = startBooking(openApiConfig(u8.url), memory);
    u8.faults.add([{ match: 'POST /api/saleorder/verify', status: 429, headers: { 'Retry-After': '2' }, count: 1 }]);
    await other.book(basket('A1'));
    await until(async () => (await memory.ledger.look(1, Date.now())).throttled.some(({ ledger }) => ledger === 'ds 1'), 'the company is left alone');
    await until(() => other.answers.length > 0, 'an answer to A1');
    expect(other.answers).toMatchObject([{ type: 'OrderBooked' }]);
    expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(BOOKED);
    await other.stop();
  });

  it('books everything in the end when U8 finds it too fast', async () => {
    u8.change({ callsPerSecond: 8 });
    await erp.book(basket('A1'), basket('A2', 1), basket('A3', 2));
    await answers(3);
    expect(erp.answers.map(({ type }) => type)).toEqual(['OrderBooked', 'OrderBooked', 'OrderBooked']);
  });

  it('gives up the sales order that U8 entered and will not verify', async () => {
    u8.change({ refuseShortStock: true });
    const order = basket('A1');
    await erp.book({ ...order, lines: order.lines.map((line) => ({ ...line, quantity: 9_999_999 })) });
    await answers(1);
    expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(['saleorder 作废']);
  });
});
