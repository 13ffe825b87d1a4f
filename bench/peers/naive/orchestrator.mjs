// Which command follows which reply, and the row that remembers where each order is.
import { steps } from '../books.mjs';

const NEXT = {
  'credit held': { service: 'inventory', type: 'lock' },
  'credit refused': { done: 'rejected' },
  'stock locked': { service: 'contract', type: 'sign' },
  'contract signed': { service: 'logistics', type: 'plan' },
  'shipment planned': { service: 'finance', type: 'confirm' },
  'shipment refused': { service: 'contract', type: 'void' },
  'contract void': { service: 'inventory', type: 'release' },
  'stock released': { service: 'credit', type: 'release' },
  'credit released': { done: 'compensated' },
  'finance confirmed': { done: 'completed' },
};

/** Opens the saga of a new order: its first command. */
export async function openSaga(client, order) {
  await client.query('INSERT INTO saga (order_id, step, placed) VALUES ($1, $2, $3)', [order.id, 'placed', order]);
  return { service: 'credit', type: 'hold', order };
}

/** Moves the saga on by a reply: the next command, or nothing when the order is done. */
export async function continueSaga(client, { type, order: { id } }) {
  const { rows: [saga] } = await client.query('SELECT placed FROM saga WHERE order_id = $1 FOR UPDATE', [id]);
  if (!saga) throw new Error(`a reply came for the unknown order ${id}`);
  await client.query('UPDATE saga SET step = $2 WHERE order_id = $1', [id, type]);
  const { done, ...command } = NEXT[type];
  if (done === undefined) return { ...command, order: saga.placed };
  await steps.finishOrder(client, saga.placed, done);
  return undefined;
}
