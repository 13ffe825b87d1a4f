import { fen } from '@order-mesh/kernel';
import { entryOf } from '../domain/timeline.ts';
import type { AboutOrder } from '../usecases/project-messages.ts';
import { digestOfRows, rebuildViews } from './rebuilt-views.ts';
import { entriesToJson } from './view-json.ts';

const heard = (id: string, at: number): Pick<AboutOrder, 'id' | 'key' | 'at' | 'trace'> => ({ id, key: 'O1', at, trace: {} });
const held = (amount: bigint): AboutOrder => ({ ...heard('b', 2), type: 'CreditHeld', value: { orderId: 'O1', customerId: 'C1', amount: fen(amount), exposure: fen(900n), limit: fen(1_000n), revision: 0, decisions: [] } });
const released: AboutOrder = { ...heard('c', 3), type: 'CreditReleased', value: { orderId: 'O1' } };

async function rebuilt(...messages: readonly AboutOrder[]) {
  const views = rebuildViews();
  await views.hear(messages);
  return views.digestOf('O1');
}

it('makes the same of the same messages, in whatever order they come', async () => {
  expect(await rebuilt(held(100n), released)).toEqual(await rebuilt(released, held(100n)));
});

it('tells a fen and a message more or less', async () => {
  const digest = await rebuilt(held(100n), released);
  expect(digest?.timeline.messages).toBe(2);
  expect((await rebuilt(held(101n), released))?.timeline).not.toEqual(digest?.timeline);
  expect((await rebuilt(held(100n)))?.timeline.messages).toBe(1);
});

it('digests rows alike, whatever the order of fields and pages, and a message that stands in two pages once', async () => {
  const [one, other] = [entryOf(held(100n)), entryOf(released)];
  const page = entriesToJson([{ ...one, value: Object.fromEntries(Object.entries(Object(one.value)).reverse()) as typeof one.value }]);
  const rows = { status: 'running', state: '{"phase": 2, "placement": null}', goods: null, approvals: [], recorded: null, pages: [entriesToJson([other]), page, page] };
  expect(digestOfRows(rows).timeline).toEqual((await rebuilt(held(100n), released))?.timeline);
  expect(digestOfRows({ ...rows, state: '{"placement": null, "phase": 2}' })).toEqual(digestOfRows(rows));
  expect(digestOfRows({ ...rows, state: '{"placement": null, "phase": 3}' }).order).not.toBe(digestOfRows(rows).order);
});

it('digests what an older build wrote down as what is read again, with fields since then at their defaults', async () => {
  const entry = entryOf(held(100n));
  const { decisions: _decisions, revision: _revision, ...older } = Object(entry.value);
  const rows = { status: 'running', state: '{}', goods: null, approvals: [], recorded: null };
  const now = digestOfRows({ ...rows, pages: [entriesToJson([entry])] }).timeline;
  expect(digestOfRows({ ...rows, pages: [entriesToJson([{ ...entry, value: older }])] }).timeline).toEqual(now);
  expect(digestOfRows({ ...rows, pages: [entriesToJson([{ ...entry, value: { ...older, revision: 1 } }])] }).timeline).not.toEqual(now);
});

it('knows nothing of an order nobody has spoken of', async () => {
  expect(rebuildViews().digestOf('O2')).toBeUndefined();
});
