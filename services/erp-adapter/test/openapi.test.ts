import { startU8, type U8Simulator } from '@order-mesh/u8-simulator';
import { openApiConfig } from './doors.ts';
import { basket, documentsOf, sample, startBooking, stateOf, until } from './scene.ts';

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

  it('gives up the sales order that U8 entered and will not verify', async () => {
    u8.change({ refuseShortStock: true });
    const order = basket('A1');
    await erp.book({ ...order, lines: order.lines.map((line) => ({ ...line, quantity: 9_999_999 })) });
    await answers(1);
    expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(['saleorder 作废']);
  });
});
