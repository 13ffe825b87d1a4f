import { execFile } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import type { Connection } from 'jsforce';
import { MESH_APP } from '@order-mesh/salesforce-simulator';
import { loadSample } from '@order-mesh/simulator';
import { until } from '@order-mesh/testing';
import { u8Clerk, type U8Clerk } from '@order-mesh/u8-simulator';
import { nextBaskets, openSalesDesk, signIn } from '../src/demo/sales-desk.ts';
import { knowsMasterData } from '../src/demo/warm-up.ts';
import type { Difference, Reconciliation, Run } from '../src/gateway/reconciliation.ts';
import { meshScript, startMesh, type RunningMesh } from './running-mesh.ts';
import { violations } from './violations.ts';

let mesh: RunningMesh;
let crm: Connection;
let clerk: U8Clerk;
/** Nine orders of the CRM that were confirmed. */
let ids: readonly string[];

const ORDERS = 9;
/** How long the mesh may take to hear of an order: a machine under load takes seconds. */
const GRACE = 20_000;

beforeAll(async () => {
  mesh = await startMesh({ settings: { RECONCILE_MINUTES: '0', RECONCILE_GRACE_SECONDS: String(GRACE / 1_000), RECONCILE_SECOND_LOOK_SECONDS: '1' } });
  const { addresses } = mesh.note();
  await knowsMasterData(addresses, true);
  crm = await signIn(addresses.salesforce);
  clerk = await u8Clerk(addresses.u8);
  ids = await confirmedOrders(ORDERS);
  await graceIsOver();
}, 240_000);

afterAll(() => mesh?.stop(), 60_000);

/** What moved up to now is compared from then on. */
const graceIsOver = (): Promise<void> => setTimeout(GRACE);

const statusOf = async (orderId: string): Promise<string> => (await mesh.gateway().order(orderId)).status;

/** Places small baskets until so many were confirmed and the CRM was told so. */
async function confirmedOrders(count: number): Promise<readonly string[]> {
  const desk = await openSalesDesk(mesh.note().addresses.salesforce);
  const baskets = nextBaskets(0, 200).filter(({ lines }) => lines.length <= 3).slice(0, count * 2);
  const placed = await desk.place(baskets);
  return until(`${count} orders the CRM shows as confirmed`, async () => {
    const { records } = await crm.query<{ readonly Id: string; readonly Mesh_Status__c: string | null }>('SELECT Id, Mesh_Status__c FROM Order ORDER BY OrderNumber');
    const ended = records.filter(({ Mesh_Status__c: told }) => told !== null);
    const confirmed = ended.filter(({ Mesh_Status__c: told }) => told === 'Confirmed').map(({ Id }) => Id);
    return ended.length === placed.length && confirmed.length >= count && confirmed;
  }, 120_000);
}

interface Ran<Answer> {
  readonly code: number;
  readonly answer: Answer;
}

function cli<Answer>(...args: readonly string[]): Promise<Ran<Answer>> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [meshScript, 'reconcile', '--json', '--data-dir', mesh.dataDir, '--as', '赵敏', ...args], { maxBuffer: 10_000_000 }, (error, out, said) => {
      if (out === '') reject(new Error(said, { cause: error }));
      else resolve({ code: error ? Number(error.code) : 0, answer: JSON.parse(out) });
    });
  });
}

type Compared = Pick<Reconciliation, 'differences'> & { readonly run: Run };

const shortly = ({ differences }: Pick<Reconciliation, 'differences'>): readonly string[] =>
  differences.map(({ orderId, class: what, repair }) => `${nameOf(orderId)} ${what} ${repair.kind}`).sort();

const names = new Map<string, string>();
const nameOf = (orderId: string): string => names.get(orderId) ?? orderId;
const only = (found: readonly Difference[], name: string): Difference => {
  const [one, ...more] = found.filter(({ orderId }) => nameOf(orderId) === name);
  if (!one || more.length > 0) throw new Error(`there is not one difference of ${name}`);
  return one;
};

const saved = async (work: Promise<{ readonly success: boolean }>): Promise<void> => { expect(await work).toMatchObject({ success: true }); };

it('gives an empty report while the books agree, with what was compared', async () => {
  const { code, answer } = await cli<Compared>();
  expect(code).toBe(0);
  expect(answer.differences).toEqual([]);
  const { records } = await crm.query<{ readonly TotalAmount: number }>(`SELECT TotalAmount FROM Order WHERE Mesh_Status__c = 'Confirmed'`);
  const total = records.reduce((sum, { TotalAmount: yuan }) => sum + Math.round(yuan * 100), 0);
  // the CRM holds what was ordered; what promotions took off is in the feed of finance
  const feed = await (await mesh.ask('/v1/finance/confirmed-orders?format=json', undefined, '赵敏')).json() as { readonly orders: readonly { readonly discountFen: string }[] };
  const discounts = feed.orders.reduce((sum, { discountFen }) => sum + Number(discountFen), 0);
  expect(answer.run).toMatchObject({ status: 'agrees', requestedBy: '赵敏', amountFen: String(total - discounts), openDifferences: 0 });
  expect(answer.run.orders).toBeGreaterThanOrEqual(ORDERS);
}, 120_000);

it('holds nothing against orders that are on their way while the books are read, one after the other', async () => {
  const desk = await openSalesDesk(mesh.note().addresses.salesforce);
  const placing = (async () => {
    for (let from = 0; from < 120; from += 20) await desk.place(nextBaskets(200 + from, 20));
  })();
  const during = [await cli<Compared>(), await cli<Compared>()];
  await placing;
  expect(during.map(({ code, answer }) => [code, answer.differences])).toEqual([[0, []], [0, []]]);
  expect(await violations(mesh.note().addresses, {})).toEqual([]);
}, 180_000);

it('finds every class of difference, says what a repair would do, repairs what is safe, and believes it only when it has gone', async () => {
  const by = ['doubled', 'closed', 'dearer', 'unverified', 'not told', 'told wrong', 'changed', 'deleted', 'called off'];
  by.forEach((name, index) => names.set(ids[index] ?? '', name));
  const id = (name: string): string => ids[by.indexOf(name)] ?? '';
  const [order = {}] = await clerk.documents('saleorder', id('doubled'));
  const [product] = loadSample().products;
  const another = (define1: string) => ({
    businesstype: '普通销售', typecode: '01', custcode: order['custcode'], deptcode: '0301', define1, entry: [{ inventorycode: product?.sku, quantity: '1', taxunitprice: '1.00', taxrate: '13', bgift: '0', rowno: '1' }],
  });

  // in the ERP
  const doubled = await clerk.enter('saleorder', another(id('doubled')));
  const stranger = await clerk.enter('saleorder', another('NOBODYS-1'));
  const closed = (await clerk.documents('saleorder', id('closed')))[0]?.['code'] ?? '';
  await clerk.move('saleorder', 'close', closed);
  const [receivable = {}] = await clerk.documents('oughtreceive', id('dearer'));
  const head = { date: receivable['date'], bdebitcredit: '1', cust_vendor_code: receivable['cust_vendor_code'], deptcode: '0301', define1: id('dearer') };
  const rightAmount = receivable['amount'] ?? '';
  await clerk.move('oughtreceive', 'unverify', receivable['code'] ?? '');
  await clerk.move('oughtreceive', 'abandon', receivable['code'] ?? '');
  const dearer = (Number(rightAmount) + 0.01).toFixed(2);
  const wrong = await clerk.enter('oughtreceive', { ...head, amount: dearer, natamount: dearer });
  const unverified = (await clerk.documents('saleorder', id('unverified')))[0]?.['code'] ?? '';
  await clerk.move('saleorder', 'unverify', unverified);

  // in the CRM
  await saved(crm.sobject('Order').update({ Id: id('not told'), Mesh_Status__c: null }));
  await saved(crm.sobject('Order').update({ Id: id('told wrong'), Mesh_Status__c: 'Rejected' }));
  const [line] = (await crm.query<{ readonly Id: string; readonly Quantity: number }>(`SELECT Id, Quantity FROM OrderItem WHERE OrderId = '${id('changed')}'`)).records;
  await saved(crm.sobject('OrderItem').update({ Id: line?.Id ?? '', Quantity: (line?.Quantity ?? 0) + 1 }));
  await saved(crm.sobject('Order').delete(id('deleted')));
  await saved(crm.sobject('Order').update({ Id: id('called off'), Status: 'Cancelled' }));

  // between them: activated under the name the mesh itself goes by, so that its own change feed took it for an echo
  const missed = await missedOrder();
  names.set(missed, 'missed');
  // rejected by the mesh, and entered in the ERP by hand all the same
  const rejected = await rejectedOrder();
  names.set(rejected, 'rejected');
  const strays = await clerk.enter('saleorder', another(rejected));

  await graceIsOver();
  const found = await cli<Compared>();
  expect(found.code).toBe(1);
  expect(shortly(found.answer)).toEqual([
    'NOBODYS-1 extra-in-erp by-hand', 'called off status-differs by-hand', 'changed amount-differs by-hand', 'closed missing-in-erp by-hand', 'dearer amount-differs by-hand',
    'deleted missing-in-crm by-hand', 'doubled extra-in-erp take-back-documents', 'missed missing-in-mesh take-order-on', 'not told crm-not-told tell-crm',
    'rejected extra-in-erp take-back-documents', 'told wrong status-differs tell-crm', 'unverified status-differs by-hand',
  ]);
  expect(found.answer.run).toMatchObject({ status: 'differs', openDifferences: 12 });
  const { differences } = found.answer;
  expect(only(differences, 'doubled').evidence).toEqual(expect.arrayContaining([{ book: 'erp', says: `sales-order ${doubled} verified`, amountFen: '100' }]));
  expect(only(differences, 'dearer').detail).toBe(`receivable ${wrong} is over ${dearer} yuan, to be paid are ${Number(rightAmount).toFixed(2)}`);

  // a dry run tells, and does nothing
  const told = await cli<{ readonly differences: readonly Difference[] }>('--all-safe', '--dry-run');
  expect([told.code, shortly(told.answer).map((text) => text.replace(/ \S+$/, ''))]).toEqual([0, [
    'doubled extra-in-erp', 'missed missing-in-mesh', 'not told crm-not-told', 'rejected extra-in-erp', 'told wrong status-differs',
  ]]);
  expect(only(told.answer.differences, 'rejected').repair.says).toBe(`takes ${strays} back in the ERP (a receivable is given up, a sales order closed) and touches no other document`);
  expect(only(told.answer.differences, 'not told').repair.says).toContain(`writes onto order ${id('not told')} in the CRM that it was confirmed (at `);
  expect(shortly((await cli<Compared>('--last')).answer)).toHaveLength(12);
  expect((await clerk.documents('saleorder', id('doubled'))).map(({ state }) => state)).toEqual(['审核', '审核']);

  const repaired = await cli<Compared>('--all-safe');
  expect([repaired.code, shortly(repaired.answer)]).toEqual([1, [
    'NOBODYS-1 extra-in-erp by-hand', 'called off status-differs by-hand', 'changed amount-differs by-hand', 'closed missing-in-erp by-hand', 'dearer amount-differs by-hand',
    'deleted missing-in-crm by-hand', 'unverified status-differs by-hand',
  ]]);
  expect((await clerk.documents('saleorder', id('doubled'))).map(({ code, state }) => [code === doubled, state]).sort()).toEqual([[false, '审核'], [true, '关闭']]);
  expect((await clerk.documents('saleorder', rejected)).map(({ state }) => state)).toEqual(['关闭']);
  await until('the missed order to be confirmed', async () => await statusOf(missed) === 'confirmed');
  const shown = await mesh.ask('/v1/reconciliation?status=repaired').then((response) => response.json() as Promise<Reconciliation>);
  expect(shown.differences.map(({ orderId, decidedBy }) => [nameOf(orderId), decidedBy]).sort()).toEqual([
    ['doubled', '赵敏'], ['missed', '赵敏'], ['not told', '赵敏'], ['rejected', '赵敏'], ['told wrong', '赵敏'],
  ]);

  // what is left is for people: nothing can be repaired, and the books still differ
  const nothing = await cli<Compared>('--all-safe');
  expect([nothing.code, shortly(nothing.answer)]).toEqual([1, shortly(repaired.answer)]);
  await clerk.move('saleorder', 'close', stranger);
  await clerk.move('saleorder', 'open', closed);
  await clerk.move('saleorder', 'verify', unverified);
  await clerk.move('oughtreceive', 'unverify', wrong);
  await clerk.move('oughtreceive', 'abandon', wrong);
  await clerk.enter('oughtreceive', { ...head, amount: rightAmount, natamount: rightAmount });
  await saved(crm.sobject('OrderItem').update({ Id: line?.Id ?? '', Quantity: line?.Quantity ?? 0 }));
  for (const name of ['deleted', 'called off']) {
    const { differenceId } = only(differences, name);
    await expect(cli('--repair', differenceId)).rejects.toThrow('only a person can');
    expect((await cli('--accept', differenceId, '--reason', 'agreed with the customer')).code).toBe(0);
  }
  const last = await cli<Compared>();
  expect([last.code, shortly(last.answer), last.answer.run.status]).toEqual([0, [], 'agrees']);
  await expect(cli('--repair', only(differences, 'doubled').differenceId)).rejects.toThrow('it is repaired by 赵敏');
  expect(await violations(mesh.note().addresses, { only: ['I12'] })).toEqual([]);
}, 300_000);

async function missedOrder(): Promise<string> {
  const [basket] = nextBaskets(0, 50).filter(({ lines }) => lines.length === 1);
  const asMesh = await signIn(mesh.note().addresses.salesforce, MESH_APP);
  const orderId = await drafted(basket?.customerId ?? '');
  const [line] = basket?.lines ?? [];
  await saved(crm.sobject('OrderItem').create({ OrderId: orderId, Product2: { ProductCode: line?.sku }, Quantity: 1, UnitPrice: 1 }));
  await saved(asMesh.sobject('Order').update({ Id: orderId, Status: 'Activated' }));
  return orderId;
}

/** Without a line it can't be taken. */
async function rejectedOrder(): Promise<string> {
  const orderId = await drafted(loadSample().customers[0]?.id ?? '');
  await saved(crm.sobject('Order').update({ Id: orderId, Status: 'Activated' }));
  await until('the rejection in the CRM', async () => (await crm.query<{ readonly Mesh_Status__c: string }>(`SELECT Mesh_Status__c FROM Order WHERE Id = '${orderId}'`)).records[0]?.Mesh_Status__c === 'Rejected');
  return orderId;
}

async function drafted(customerId: string): Promise<string> {
  const draft = await crm.sobject('Order').create({ Account: { AccountNumber: customerId }, Status: 'Draft', EffectiveDate: '2026-03-01' });
  if (!draft.success) throw new Error(JSON.stringify(draft.errors));
  return draft.id;
}
