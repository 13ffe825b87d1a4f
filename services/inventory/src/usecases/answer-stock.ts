import type { LockStock, ReleaseStock, StockLockLine, TopicMessages } from '@order-mesh/contracts';
import { days, never, type Duration } from '@order-mesh/kernel';
import type { Received, Unit } from '@order-mesh/messaging';
import { giveBack, type Shelf } from '../domain/level.ts';
import { answerOf, isAmendment, lockStock, releaseStock, type Lock } from '../domain/lock.ts';
import type { Ports } from './ports.ts';
import { changesOf, openPage, suggestPurchases, write, type Occasion, type StockPage } from './stock-page.ts';

export type StockCommand = Received<TopicMessages['inventory.commands.v1']>;
export type AnswerStock = ReturnType<typeof answerStock>;

/** Locks and gives back stock, in the order asked; each ask and each undo is answered. */
export const answerStock = ({ book, policy, rules, log }: Ports) => async (batch: readonly StockCommand[], unit: Unit): Promise<void> => {
  const page = await openPage(book, unit, {
    skus: batch.flatMap((message) => (message.type === 'LockStock' ? message.value.lines.map(({ sku }) => sku) : [])),
    orderIds: batch.map((message) => message.value.orderId),
  });

  for (const message of batch) {
    const occasion: Occasion = { rules, unit, cause: message, causedBy: message.value.orderId };
    switch (message.type) {
      case 'LockStock': {
        const answer = answerOf(await lock(page, message.value, { ...occasion, lockTtl: days(policy.inventory.lockTtlDays) }), message.value.revision);
        unit.send(answer, message);
        log.info(answer.type === 'StockLocked' ? 'stock locked' : 'stock refused', { ...answer.value });
        break;
      }
      case 'ReleaseStock':
        await release(page, message.value, occasion);
        unit.send({ type: 'StockReleased', value: { orderId: message.value.orderId } }, message);
        log.info('stock released', { orderId: message.value.orderId });
        break;
      default: never(message);
    }
  }
  await book.save(unit.tx, changesOf(page));
};

async function lock(page: StockPage, ask: LockStock, occasion: Occasion & { readonly lockTtl: Duration }): Promise<Lock> {
  const known = page.locks.get(ask.orderId);
  if (known && !isAmendment(known, ask)) return known;
  const own = known?.status === 'locked' ? known.lines : [];
  const expiresAt = occasion.unit.now + occasion.lockTtl;
  const change = lockStock(ask, (sku) => returned(page.shelves.get(sku), own), expiresAt);
  // refused, it keeps what it has
  if (own.length > 0 && change.lock.status === 'refused') return change.lock;
  if (known) write(page, { lock: known, move: 'give-back', lines: own });
  write(page, change);
  await suggestPurchases(page, [...own, ...change.lines].map(({ sku }) => sku), occasion);
  return change.lock;
}

/** The shelf as if these lines were back on it: what an order has is its own to have again. */
function returned(shelf: Shelf | undefined, lines: readonly StockLockLine[]): Shelf | undefined {
  return shelf && lines.filter(({ sku }) => sku === shelf.sku).reduce(giveBack, shelf);
}

async function release(page: StockPage, { orderId }: ReleaseStock, occasion: Occasion): Promise<void> {
  const change = releaseStock(page.locks.get(orderId), orderId);
  write(page, change);
  await suggestPurchases(page, change.lines.map(({ sku }) => sku), occasion);
}
