import { startU8, type U8Settings, type U8Simulator } from '@order-mesh/u8-simulator';
import { bookRequest } from '../src/domain/booking-calls.ts';
import { openEai } from '../src/outbound/eai/client.ts';
import { saleOrder } from '../src/outbound/eai/messages.ts';
import { accountant, eaiConfig } from './doors.ts';
import { basket, documentsOf, sample, startBooking, stateOf, until } from './scene.ts';

let u8: U8Simulator;
let erp: ReturnType<typeof startBooking>;

beforeEach(async () => {
  u8 = await startU8({ port: 0, sample });
  erp = startBooking(eaiConfig(u8.url));
});
afterEach(async () => {
  await erp.stop();
  await u8.close();
});

const answers = (count: number) => until(() => erp.answers.length >= count, `${count} answers, got ${erp.answers.map(({ type }) => type).join()}`);
const BOOKED = ['oughtreceive 开立', 'saleorder 开立'];

describe('what only EAI does', () => {
  it('enters documents under numbers made of the order id, so that a message that comes late is refused', async () => {
    await erp.book(basket('A1'));
    await answers(1);
    expect((await documentsOf(u8, 'A1')).map(({ code }) => code)).toEqual(['SO-A1', 'AR-A1']);
    const order = basket('A1');
    const late = saleOrder(bookRequest(order), eaiConfig(u8.url).document, Date.now());
    const eai = openEai(eaiConfig(u8.url));
    expect(await eai.write('add', 'saleorder', late)).toEqual({ type: 'refused', words: '单据号[SO-A1]重复' });
    eai.close();
    expect(await documentsOf(u8, 'A1')).toHaveLength(2);
  });

  it.each<[string, Partial<U8Settings>]>([['<item>', {}], ['<u8apireturn>', { eaiApiReturn: true }]])('understands %s', async (_form, settings) => {
    u8.change(settings);
    await erp.book(basket('A1'), basket('A2', 1, { customerId: 'C-NOBODY' }));
    await answers(2);
    expect(erp.answers).toEqual(expect.arrayContaining([
      expect.objectContaining({ type: 'OrderBooked' }), { type: 'BookingRefused', value: { orderId: 'A2', reason: 'unknown-customer', detail: 'U8 EAI: 客户编码[C-NOBODY]不存在' } },
    ]));
    await erp.unbook('A1');
    await answers(3);
    expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(['oughtreceive 删除', 'saleorder 删除']);
  });

  it('leaves what an accountant has verified to the accountant, and goes on when it is unverified', async () => {
    await erp.book(basket('A1'));
    await answers(1);
    await accountant(u8.url, 'oughtreceive', 'verify', 'AR-A1');
    await erp.unbook('A1');
    await answers(2);
    expect(erp.answers[1]).toMatchObject({ type: 'UnbookingRefused', value: { reason: 'verified-in-erp', detail: expect.stringContaining('弃审') } });
    expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(['oughtreceive 审核', 'saleorder 开立']);
    await accountant(u8.url, 'oughtreceive', 'unverify', 'AR-A1');
    await erp.unbook('A1');
    await answers(3);
    expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(['oughtreceive 删除', 'saleorder 删除']);
  });

  it('takes a sales order that was closed in U8 for taken back', async () => {
    await erp.book(basket('A1'));
    await answers(1);
    await accountant(u8.url, 'saleorder', 'verify', 'SO-A1');
    await accountant(u8.url, 'saleorder', 'close', 'SO-A1');
    await erp.unbook('A1');
    await answers(2);
    expect(erp.answers[1]).toMatchObject({ type: 'OrderUnbooked' });
    expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(['oughtreceive 删除', 'saleorder 关闭']);
  });

  it('books in a U8 that verifies by itself', async () => {
    u8.change({ verifyOnSave: true });
    await erp.book(basket('A1'));
    await answers(1);
    expect(erp.answers).toMatchObject([{ type: 'OrderBooked' }]);
    expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(['oughtreceive 审核', 'saleorder 审核']);
  });

  it('refuses to book in a U8 that numbers documents itself: nothing would keep a message from being entered twice', async () => {
    u8.change({ numbersItself: true });
    await erp.book(basket('A1'));
    await answers(1);
    expect(erp.answers).toMatchObject([{ type: 'BookingRefused', value: { reason: 'erp-misconfigured', detail: expect.stringContaining('set its numbering to manual') } }]);
    expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(['saleorder 删除']);
  });

  it('asks nothing about an order whose id could be read as SQL', async () => {
    const id = "A1' or '1'='1";
    await erp.book(basket(id));
    await answers(1);
    expect(erp.answers).toMatchObject([{ type: 'BookingRefused', value: { orderId: id, reason: 'erp-refused', detail: expect.stringContaining('letters, digits') } }]);
    expect(await documentsOf(u8)).toEqual([]);
  });

  it('waits while U8 does not know the sender, and books once it does', async () => {
    await erp.stop();
    erp = startBooking(eaiConfig(u8.url, { sender: '099' }));
    await erp.book(basket('A1'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(erp.answers).toEqual([]);
    const { port } = u8;
    await u8.close();
    u8 = await startU8({ port, sample, senders: { '099': '1' } });
    await answers(1);
    expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(BOOKED);
  }, 30_000);
});
