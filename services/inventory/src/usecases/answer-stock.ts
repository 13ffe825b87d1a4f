import type { LockStock, ReleaseStock, TopicMessages } from '@order-mesh/contracts';
import { days, never } from '@order-mesh/kernel';
import type { Received, Unit } from '@order-mesh/messaging';
import { answerOf, isAmendment, lockStock, releaseStock, type Change, type Lock } from '../domain/lock.ts';
import type { Ports } from './ports.ts';
import { changesOf, openPage, suggestPurchases, write, type Occasion, type StockPage } from './stock-page.ts';

export type StockCommand = Received<TopicMessages['inventory.commands.v1']>;
export type AnswerStock = ReturnType<typeof answerStock>;

/** Locks and gives back stock, in the order asked; each ask and each undo is answered. */
export const answerStock = ({ book, policy, log }: Ports) => async (batch: readonly StockCommand[], unit: Unit): Promise<void> => {
  const page = await openPage(book, unit, {
    skus: batch.flatMap((message) => (message.type === 'LockStock' ? message.value.lines.map(({ sku }) => sku) : [])),
    orderIds: batch.map((message) => message.value.orderId),
  });

  for (const message of batch) {
    const occasion: Occasion = { policy, unit, cause: message, causedBy: message.value.orderId };
    switch (message.type) {
      case 'LockStock': {
        const answer = answerOf(lock(page, message.value, occasion), message.value.revision);
        unit.send(answer, message);
        log.info(answer.type === 'StockLocked' ? 'stock locked' : 'stock refused', { ...answer.value });
        break;
      }
      case 'ReleaseStock':
        release(page, message.value, occasion);
        unit.send({ type: 'StockReleased', value: { orderId: message.value.orderId } }, message);
        log.info('stock released', { orderId: message.value.orderId });
        break;
      default: never(message);
    }
  }
  await book.save(unit.tx, changesOf(page));
};

function lock(page: StockPage, ask: LockStock, occasion: Occasion): Lock {
  const known = page.locks.get(ask.orderId);
  if (known && !isAmendment(known, ask)) return known;
  // what the order has is its own to have again
  if (known?.status === 'locked') write(page, { lock: known, move: 'give-back', lines: known.lines });
  const expiresAt = occasion.unit.now + days(occasion.policy.inventory.lockTtlDays);
  const change = lockStock(ask, page.shelves.get, expiresAt);
  if (known?.status === 'locked' && change.lock.status === 'refused') write(page, { lock: known, move: 'reserve', lines: known.lines });
  else carryOut(page, change, occasion);
  return change.lock;
}

function release(page: StockPage, { orderId }: ReleaseStock, occasion: Occasion): void {
  carryOut(page, releaseStock(page.locks.get(orderId), orderId), occasion);
}

function carryOut(page: StockPage, change: Change, occasion: Occasion): void {
  write(page, change);
  suggestPurchases(page, change.lines.map(({ sku }) => sku), occasion);
}
