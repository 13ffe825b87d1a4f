import { minutes, rateOver, seconds, type Instant } from '@order-mesh/kernel';
import type { OrderView } from './order-view.ts';
import { phaseAt } from './phase.ts';

/** An order that was not heard of for so long has gone astray, or waits for a partner: no new order has to wait for it. */
const FORGOTTEN_AFTER = minutes(10);
/** Here an order waits for a person, who is not overloaded by the next one. */
const WAITS_FOR_A_PERSON: ReadonlySet<string | null> = new Set(['waiting-for-approval', 'contract']);

/** What a batch made of the view of an order. */
export interface Turn {
  readonly before: OrderView;
  readonly after: OrderView;
}

/** The orders that were placed and are being worked on by machines, as far as this process has heard. */
export interface UnderWay {
  note(turns: readonly Turn[], now: Instant): void;
  count(now: Instant): number;
  /** How many a second have lately come to their end, or to a person. */
  perSecond(now: Instant): number;
}

/** Remembers nothing but their numbers; what it has not heard of yet, it does not count, and what is over is over, however often it is said again. */
export function ordersUnderWay(): UnderWay {
  // in the order in which they were last heard of
  const heardAt = new Map<string, Instant>();
  const left = rateOver(seconds(10));
  return {
    note(turns, now) {
      let gone = 0;
      for (const { before, after } of turns) {
        heardAt.delete(after.orderId);
        if (isWithMachines(after)) heardAt.set(after.orderId, now);
        else if (!isElsewhere(before) && isElsewhere(after)) gone += 1;
      }
      if (gone > 0) left.add(gone, now);
    },
    count(now) {
      for (const [orderId, at] of heardAt) {
        if (now - at < FORGOTTEN_AFTER) break;
        heardAt.delete(orderId);
      }
      return heardAt.size;
    },
    perSecond: (now) => left.perSecond(now),
  };
}

const isWithMachines = (view: OrderView): boolean => !isElsewhere(view) && (view.placement !== null || view.phase > 0);

/** At its end, or with a person. */
function isElsewhere({ ending, phase }: OrderView): boolean {
  const { status, step } = phaseAt(phase);
  return ending !== null || (status === 'running' && WAITS_FOR_A_PERSON.has(step));
}
