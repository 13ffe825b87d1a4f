import { seconds } from '@order-mesh/kernel';
import { startU8, type U8Simulator } from '@order-mesh/u8-simulator';
import { openApiConfig } from './doors.ts';
import { basket, documentsOf, emptyMemory, sample, startBooking, stateOf, until, type Memory } from './scene.ts';

const BOOKED = ['oughtreceive 审核', 'saleorder 审核'];
const SOON = 300;

let u8: U8Simulator;
const opened: ReturnType<typeof startBooking>[] = [];

beforeEach(async () => { u8 = await startU8({ port: 0, sample }); });
afterEach(async () => {
  for (const erp of opened.splice(0)) await erp.stop();
  await u8.close();
});

/** A mesh that has U8 enter sales orders later, and waits so long for the result and for the booking. */
function start({ resultWithin = seconds(10), giveUpAfter = seconds(60), memory = emptyMemory() }: { readonly resultWithin?: number; readonly giveUpAfter?: number; readonly memory?: Memory } = {}) {
  const erp = startBooking(openApiConfig(u8.url, { resultWithin }), memory, giveUpAfter);
  opened.push(erp);
  return erp;
}

const answers = (erp: ReturnType<typeof startBooking>, count: number) => until(() => erp.answers.length >= count, `${count} answers, got ${JSON.stringify(erp.answers.map(({ type }) => type))}`);
const asked = (match: string) => {
  u8.faults.add([{ match, delayMs: 0 }]);
  return () => u8.faults.list().find((rule) => rule.match === match)?.fired ?? 0;
};

describe('a sales order that U8 enters later', () => {
  it('is booked once, however long the result takes', async () => {
    u8.change({ stallResults: true });
    const results = asked('GET /result');
    const erp = start();
    await erp.book(basket('A1'));
    await until(() => results() > 1, 'the result was asked for again');
    expect([erp.answers, await documentsOf(u8, 'A1')]).toEqual([[], []]);
    u8.change({ stallResults: false });
    await answers(erp, 1);
    expect([erp.answers[0]?.type, stateOf(await documentsOf(u8, 'A1'))]).toEqual(['OrderBooked', BOOKED]);
  });

  it('is waited for by whoever follows a killed process, without being sent again', async () => {
    u8.change({ stallResults: true });
    const [sent, results, memory] = [asked('POST /api/saleorder/add'), asked('GET /result'), emptyMemory()];
    const killed = startBooking(openApiConfig(u8.url, { resultWithin: seconds(30) }), memory);
    await killed.book(basket('A1'));
    await until(() => results() > 1, 'the result was asked for');
    killed.kill();
    void killed.stop();
    const heir = start({ memory, resultWithin: seconds(30) });
    u8.change({ stallResults: false });
    await answers(heir, 1);
    expect([heir.answers[0]?.type, stateOf(await documentsOf(u8, 'A1')), sent()]).toEqual(['OrderBooked', BOOKED, 1]);
  });

  it('is asked about by its biz_id when U8 has lost the result', async () => {
    u8.change({ loseResults: true, resultDelayMs: 50 });
    const erp = start();
    await erp.book(basket('A1'));
    await answers(erp, 1);
    expect([erp.answers[0]?.type, stateOf(await documentsOf(u8, 'A1'))]).toEqual(['OrderBooked', BOOKED]);
  });

  it('is asked about by its biz_id when the result does not come in time, and booked once when it comes late', async () => {
    u8.change({ stallResults: true });
    const sent = asked('POST /api/saleorder/add');
    const erp = start({ resultWithin: SOON });
    await erp.book(basket('A1'));
    await until(() => sent() > 1, 'U8 was asked under the same biz_id');
    expect([erp.answers, await documentsOf(u8, 'A1')]).toEqual([[], []]);
    u8.change({ stallResults: false });
    await answers(erp, 1);
    expect([erp.answers[0]?.type, stateOf(await documentsOf(u8, 'A1'))]).toEqual(['OrderBooked', BOOKED]);
  });

  it('is refused in the words of the result, and nothing stands', async () => {
    const erp = start();
    await erp.book(basket('A1', 0, { customerId: 'C-NOBODY' }));
    await answers(erp, 1);
    expect(erp.answers).toMatchObject([{ type: 'BookingRefused', value: { reason: 'unknown-customer', detail: expect.stringContaining('不存在') } }]);
    expect(await documentsOf(u8, 'A1')).toEqual([]);
  });

  it('is a case when it is given up and may come still; it is taken back when it has come', async () => {
    u8.change({ stallResults: true });
    const erp = start({ resultWithin: SOON, giveUpAfter: SOON * 2 });
    await erp.book(basket('A1'));
    await until(async () => {
      await erp.unbook('A1');
      return erp.answers.length > 0;
    }, 'the undo is answered');
    expect(erp.answers[0]).toMatchObject({ type: 'UnbookingRefused', value: { orderId: 'A1', detail: expect.stringContaining('处理中') } });
    u8.change({ stallResults: false });
    await until(async () => (await documentsOf(u8, 'A1')).length === 1, 'the sales order has come');
    await until(async () => {
      await erp.unbook('A1');
      return erp.answers.some(({ type }) => type === 'OrderUnbooked');
    }, 'the order is unbooked');
    expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(['saleorder 作废']);
  });
});
