import { topics, type AnyMessage } from '@order-mesh/contracts';
import { runAlone, until, type Alone } from '@order-mesh/testing';
import { orderOrchestratorService } from '../src/module.ts';
import { told } from './scene.ts';

let service: Alone;

beforeAll(async () => {
  service = await runAlone(orderOrchestratorService, [topics.orderEvents, topics.creditCommands, topics.inventoryCommands, topics.contractCommands]);
}, 90_000);

afterAll(async () => { await service?.stop(); }, 60_000);

const says = (type: AnyMessage['type'], count = 1): Promise<boolean> => until(`${count} ${type}`, async () => service.said.filter((message) => message.type === type).length >= count);

/** Hears a message, and says at last what follows. */
async function hears(message: AnyMessage, answer: AnyMessage['type'], count = 1): Promise<void> {
  await service.publish({ ...message, key: 'c1' });
  await says(answer, count);
}

it('leads an order whose undo failed to its proper end, by a person\'s decision, over a restart', async () => {
  const { placed, held, locked, cancel, voidRefused, stockReleased, creditReleased, assign, decide, voided } = told('c1');
  await hears(placed, 'HoldCredit');
  await hears(held, 'LockStock');
  await hears(locked, 'SignContract');
  await hears(cancel, 'VoidContract');
  await hears(voidRefused, 'ReleaseStock');
  await hears(stockReleased, 'ReleaseCredit');
  await hears(creditReleased, 'CaseOpened');
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
