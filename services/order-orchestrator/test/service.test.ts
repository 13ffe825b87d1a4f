import { topics, type AnyMessage } from '@order-mesh/contracts';
import { runAlone, until, type Alone } from '@order-mesh/testing';
import { orderOrchestratorService } from '../src/module.ts';
import { order, place, priced, told } from './scene.ts';

let service: Alone;

beforeAll(async () => {
  service = await runAlone(orderOrchestratorService, [topics.orderEvents, topics.pricingCommands, topics.creditCommands, topics.inventoryCommands, topics.contractCommands, topics.reconciliationEvents]);
}, 90_000);

afterAll(async () => { await service?.stop(); }, 60_000);

const says = (type: AnyMessage['type'], count = 1): Promise<boolean> => until(`${count} ${type}`, async () => service.said.filter((message) => message.type === type).length >= count);

/** Hears a message, and says at last what follows. */
async function hears(message: AnyMessage, answer: AnyMessage['type'], count = 1): Promise<void> {
  await service.publish({ ...message, key: 'c1' });
  await says(answer, count);
}

it('leads an order whose undo failed to its proper end, by a person\'s decision, over a restart', async () => {
  const { placed, held, locked, cancel, voidRefused, stockReleased, creditReleased, priceReleased, assign, decide, voided } = told('c1');
  await hears(placed, 'PriceOrder');
  await hears(priced('c1'), 'HoldCredit');
  await hears(held, 'LockStock');
  await hears(locked, 'SignContract');
  await hears(cancel, 'VoidContract');
  await hears(voidRefused, 'ReleaseStock');
  await hears(stockReleased, 'ReleaseCredit');
  await hears(creditReleased, 'ReleasePrice');
  await hears(priceReleased, 'CaseOpened');
  await hears(assign, 'CaseAssigned');
  await service.restart();
  await hears(decide('retry-undo'), 'VoidContract', 2);
  await hears(voidRefused, 'CaseOpened', 2);
  await hears(decide('retry-undo'), 'VoidContract', 3);
  await hears(voided, 'CaseClosed');
  await says('OrderCancelled');
  const rows = await service.database.query({ name: 'case', text: 'select status, opening, assignee, outcome, decided_by from order_orchestrator.order_case' });
  expect(rows).toEqual([{ status: 'closed', opening: 2, assignee: '李娜', outcome: 'cancelled', decided_by: '李娜' }]);
  expect(await service.database.query({ name: 'saga', text: 'select status from order_orchestrator.saga' })).toEqual([{ status: 'cancelled' }]);
}, 90_000);

it('states the orders under way and those that ended since, for whoever compares the books', async () => {
  await service.publish({ ...place(order('c2')), key: 'c2' }, { type: 'OrderUnacceptable', value: { orderId: 'c3', source: 'salesforce', externalId: 'c3', customerId: null, reasons: ['it has no lines'], placedAt: 0 }, key: 'c3' });
  await until('c3 rejected', async () => service.said.some(({ key, type }) => key === 'c3' && type === 'OrderRejected'));
  await until('c2 begun', async () => service.said.some(({ key, type }) => key === 'c2' && type === 'PriceOrder'));
  const stated = async (runId: string, from: number) => {
    await service.publish({ type: 'ReadStatement', value: { runId, look: 1, from }, key: runId });
    const pages = () => service.said.flatMap((message) => (message.type === 'OrderStatement' && message.value.runId === runId ? [message.value] : []));
    await until(`the statement of ${runId}`, async () => pages().some(({ isLast }) => isLast));
    return pages().flatMap(({ orders }) => orders).sort((one, other) => (one.orderId < other.orderId ? -1 : 1));
  };
  expect(await stated('R1', Date.now() - 600_000)).toMatchObject([
    { orderId: 'c1', status: 'cancelled', source: 'salesforce', customerId: 'C1', amount: 1_000n, placedAt: 0 }, { orderId: 'c2', status: 'running' },
    { orderId: 'c3', status: 'rejected', source: null, reason: 'border: it has no lines' },
  ]);
  expect((await stated('R2', Date.now() + 600_000)).map(({ orderId }) => orderId)).toEqual(['c2']);
}, 90_000);
