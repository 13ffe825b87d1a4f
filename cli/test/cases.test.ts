import { randomUUID } from 'node:crypto';
import { loadSample } from '@order-mesh/simulator';
import { until } from '@order-mesh/testing';
import { knowsMasterData } from '../src/demo/warm-up.ts';
import { openCaseDesk, type Case } from '../src/gateway/cases.ts';
import { startMesh, type RunningMesh } from './running-mesh.ts';
import { violationsAtRest } from './violations.ts';

let mesh: RunningMesh;

beforeAll(async () => {
  mesh = await startMesh();
  await knowsMasterData(mesh.note().addresses, true);
}, 180_000);

afterAll(() => mesh?.stop(), 60_000);

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}

/** What SF says of a parcel that it has fetched. */
const fetchedAlready = { apiResultCode: 'A1000', apiErrorMsg: '', apiResponseID: 'x', apiResultData: JSON.stringify({ success: false, errorCode: '8039', errorMsg: 'fetched already', msgData: null }) };

const stands = (orderId: string, status: Case['status'], openings = 1): Promise<Case> => until(`the case of ${orderId} ${status}`, async () => {
  const found = await openCaseDesk(mesh.note().addresses.gateway, mesh.session()).show(orderId);
  return found.status === status && found.openings === openings && found;
}, 60_000);

it('leads an order whose delivery cannot be called off to its end, once a person has it tried again and the carrier agrees', async () => {
  const { gateway: url, u8, carrier } = mesh.note().addresses;
  const gateway = mesh.gateway();
  const cases = openCaseDesk(url, mesh.session('王芳'));
  await post(`${u8}/_sim/faults`, { match: 'saleorder/add', delayMs: 3_000 });
  await post(`${carrier}/_sim/faults`, { match: 'EXP_RECE_UPDATE_ORDER', body: fetchedAlready });
  const [sample] = loadSample().orders;
  const sku = loadSample().products.find(({ onHand }) => onHand > 100)?.sku;
  await mesh.place({
    orderId: 'case-1', customerId: sample?.customerId, customerName: '海风商贸', region: '上海', lines: [{ sku, quantity: 2, unitPriceFen: 250 }],
    shipTo: { contact: '王芳', phone: '13800000000', region: '上海', city: '上海', street: '南京路 1 号' },
  });
  await until('the booking to be asked for', async () => (await gateway.order('case-1')).timeline.some(({ type }) => type === 'BookOrder'));
  await gateway.cancel('case-1', 'the customer called');
  expect(await stands('case-1', 'open')).toMatchObject({ kind: 'undo-failed', step: 'logistics', reason: 'already-collected', owner: 'operations', overdue: false });
  expect((await gateway.order('case-1')).status).toBe('manual');

  await cases.assign('case-1', '李娜');
  await cases.resolve('case-1', 'retry-undo', 'the driver turns round');
  expect(await stands('case-1', 'open', 2)).toMatchObject({ assignee: '李娜', decision: 'retry-undo' });

  await fetch(`${carrier}/_sim/faults`, { method: 'DELETE' });
  await cases.resolve('case-1', 'retry-undo', 'the driver has turned round');
  expect(await stands('case-1', 'closed', 2)).toMatchObject({ outcome: 'cancelled', decidedBy: '王芳' });
  const order = await until('the end of the order', async () => { const found = await gateway.order('case-1'); return found.status === 'cancelled' && found; });
  expect(order.timeline.map(({ type }) => type)).toEqual(expect.arrayContaining(['CancelDeliveryRefused', 'OrderNeedsAttention', 'CaseOpened', 'CaseDecided', 'DeliveryCancelled', 'OrderCancelled', 'CaseClosed']));
  expect(await cases.list({})).toEqual({ items: [], nextCursor: null });
  expect(await violationsAtRest(mesh.note().addresses)).toEqual([]);
}, 180_000);
