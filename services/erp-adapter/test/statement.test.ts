import { topics, type StatedDocument } from '@order-mesh/contracts';
import { days, systemClock } from '@order-mesh/kernel';
import { silentLog } from '@order-mesh/platform';
import { runAlone, type Alone } from '@order-mesh/testing';
import { startU8, type U8Simulator } from '@order-mesh/u8-simulator';
import { erpAdapterService } from '../src/module.ts';
import { openDoor } from '../src/outbound/door.ts';
import { openU8, type U8 } from '../src/outbound/openapi/client.ts';
import { apiStatement } from '../src/outbound/openapi/statement.ts';
import type { ErpStatement } from '../src/usecases/ports.ts';
import { accountant, doors, openApiConfig, type DoorUnderTest } from './doors.ts';
import { basket, documentsOf, sample, startBooking, stateOf, until } from './scene.ts';

let u8: U8Simulator;

beforeEach(async () => { u8 = await startU8({ port: 0, sample }); });
afterEach(async () => { await u8.close(); });

const YESTERDAY = Date.now() - days(1);

async function read(statement: ErpStatement, from = YESTERDAY): Promise<readonly StatedDocument[]> {
  const documents: StatedDocument[] = [];
  for await (const page of statement.documentsSince(from)) documents.push(...page);
  return documents;
}

async function stated(door: DoorUnderTest, from = YESTERDAY): Promise<readonly StatedDocument[]> {
  const { statement, close } = openDoor(door.config(u8.url), { clock: systemClock, log: silentLog });
  return read(statement, from).finally(close);
}

const shortly = (documents: readonly StatedDocument[]) => documents.map(({ orderId, kind, state, amount }) => `${orderId} ${kind} ${state} ${amount}`).sort();
const { amount } = basket('O1');

async function book(door: DoorUnderTest, ...orderIds: readonly string[]): Promise<ReturnType<typeof startBooking>> {
  const booking = startBooking(door.config(u8.url));
  await booking.book(...orderIds.map((orderId) => basket(orderId)));
  await until(() => booking.answers.filter(({ type }) => type === 'OrderBooked').length === orderIds.length, 'the bookings');
  return booking;
}

describe.each(doors)('the statement of U8 through %s', (name, door) => {
  it('holds both documents of each order with their amounts, as a booking leaves them, and nothing that names no order', async () => {
    const booking = await book(door, 'O1', 'O2');
    await booking.unbook('O2');
    await until(() => booking.answers.some(({ type }) => type === 'OrderUnbooked'), 'O2 to be taken back');
    await booking.stop();
    const asBooked = name === 'EAI' ? 'entered' : 'verified';
    // what EAI takes back is deleted, so its lists no longer show it
    const gone = name === 'EAI' ? [] : [`O2 receivable gone ${amount}`, `O2 sales-order gone ${amount}`];
    expect(shortly(await stated(door))).toEqual([`O1 receivable ${asBooked} ${amount}`, `O1 sales-order ${asBooked} ${amount}`, ...gone]);
    expect((await stated(door))[0]).toMatchObject({ customerId: basket('O1').customerId, code: expect.stringMatching(/^\S+$/) });
    expect(await stated(door, Date.now() + days(1))).toEqual([]);
  });

  it('tells a document that was closed, and one whose state was changed', async () => {
    await (await book(door, 'O1')).stop();
    const [order = { code: '' }] = (await documentsOf(u8, 'O1')).filter(({ kind }) => kind === 'saleorder');
    if (name === 'EAI') await accountant(u8.url, 'saleorder', 'verify', order.code);
    expect(shortly(await stated(door))[1]).toBe(`O1 sales-order verified ${amount}`);
    await accountant(u8.url, 'saleorder', 'close', order.code);
    expect(shortly(await stated(door))[1]).toBe(`O1 sales-order gone ${amount}`);
  });
});

describe('the statement of U8 through the OpenAPI', () => {
  const [, door] = doors[0] ?? (() => { throw new Error('there is no door'); })();

  /** The statement through a client whose lists of one kind are changed on their way. */
  async function through(list: string, change: (rows: readonly Readonly<Record<string, string>>[]) => readonly object[]): Promise<readonly StatedDocument[]> {
    const client = openU8(openApiConfig(u8.url), systemClock);
    const changed: U8 = { ...client, get: async (...asked) => {
      const said = await client.get(...asked);
      if (said.type !== 'yes' || !asked[0].startsWith(list)) return said;
      return { ...said, fields: { ...said.fields, [list]: change(said.fields[list] as readonly Readonly<Record<string, string>>[]) } };
    } };
    return read(apiStatement(changed, silentLog)).finally(() => { client.close(); });
  }

  it('says that a document is not verified any more', async () => {
    await (await book(door, 'O1')).stop();
    const [receivable = { code: '' }] = (await documentsOf(u8, 'O1')).filter(({ kind }) => kind === 'oughtreceive');
    await accountant(u8.url, 'oughtreceive', 'unverify', receivable.code);
    expect(shortly(await stated(door))[0]).toBe(`O1 receivable drawn-up ${amount}`);
  });

  it('asks for the lines where the list does not name the total', async () => {
    await (await book(door, 'O1')).stop();
    const documents = await through('saleorderlist', (rows) => rows.map(({ sum: _, ...row }) => row));
    expect(documents.find(({ kind }) => kind === 'sales-order')?.amount).toBe(amount);
  });

  it('leaves one document out that is not as it should be, and states the others', async () => {
    await (await book(door, 'O1')).stop();
    const documents = await through('oughtreceivelist', (rows) => [...rows, { ...rows[0], define1: 'O9', amount: '1.005' }, { ...rows[0], define1: 'red ink', amount: '' }]);
    expect(documents.map(({ orderId, kind }) => `${orderId} ${kind}`).sort()).toEqual(['O1 receivable', 'O1 sales-order']);
  });

  it('fails rather than to tell half', async () => {
    await fetch(`${u8.url}/_sim/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ match: 'oughtreceivelist', status: 500 }) });
    await expect(stated(door)).rejects.toThrow('PARTNER_UNREACHABLE');
  });
});

describe('the service', () => {
  let erp: Alone;
  beforeEach(async () => { erp = await runAlone(erpAdapterService, [topics.reconciliationEvents, topics.erpEvents], { U8_URL: u8.url }); }, 90_000);
  afterEach(async () => { await erp?.stop(); }, 60_000);

  const question = (look: number) => ({ type: 'ReadStatement' as const, value: { runId: 'R1', look, from: YESTERDAY }, key: 'R1' });
  const pages = (look: number) => erp.said.flatMap((one) => (one.type === 'ErpStatement' && one.value.look === look ? [one.value] : []));

  it('gives a statement in numbered pages, takes back what it is told to and nothing else, and says when U8 is away', async () => {
    await erp.publish({ type: 'BookOrder', value: basket('O1'), key: 'O1' });
    await until(() => erp.said.some(({ type }) => type === 'OrderBooked'), 'the booking', 30_000);
    await erp.publish(question(1));
    await until(() => pages(1).some(({ isLast }) => isLast), 'the statement', 30_000);
    expect(pages(1).map(({ page }) => page)).toEqual(pages(1).map((_, index) => index + 1));
    expect(shortly(pages(1).flatMap(({ documents }) => documents))).toEqual([`O1 receivable verified ${amount}`, `O1 sales-order verified ${amount}`]);

    const [receivable] = (await documentsOf(u8, 'O1')).filter(({ kind }) => kind === 'oughtreceive');
    const takeBack = { type: 'TakeBackDocuments' as const, value: { orderId: 'O1', differenceId: 'd1', customerId: basket('O1').customerId, codes: [receivable?.code ?? ''] }, key: 'O1' };
    await erp.publish(takeBack, takeBack);
    await until(async () => stateOf(await documentsOf(u8, 'O1')).join() === 'oughtreceive 作废,saleorder 审核', 'the receivable to be given up', 30_000);
    expect(erp.said.map(({ type }) => type)).not.toContain('OrderUnbooked');

    await u8.close();
    await erp.publish(question(2));
    await until(() => erp.said.some((one) => one.type === 'StatementFailed' && one.value.look === 2), 'the failure', 30_000);
    expect(pages(2)).toEqual([]);
  }, 120_000);
});
