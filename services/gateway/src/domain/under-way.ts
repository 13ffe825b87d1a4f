import { minutes, rateOver, seconds, type Instant } from '@order-mesh/kernel';
import type { AnyMessage } from '@order-mesh/contracts';
import { phaseAt, phaseOf } from './phase.ts';

/** An order that was not heard of for so long has gone astray, or waits for a partner: no new order has to wait for it. */
const FORGOTTEN_AFTER = minutes(10);
const ENDS: ReadonlySet<string> = new Set(['OrderConfirmed', 'OrderRejected', 'OrderCancelled', 'OrderNeedsAttention', 'OrderUnacceptable']);
/** Here an order waits for a person, who is not overloaded by the next one. */
const WAITS_FOR_A_PERSON: ReadonlySet<string | null> = new Set(['waiting-for-approval', 'contract']);

/** The orders that were placed and are being worked on by machines, as far as this process has heard. */
export interface UnderWay {
  note(messages: readonly (AnyMessage & { readonly key: string })[], now: Instant): void;
  count(now: Instant): number;
  /** How many a second have lately come to their end, or to a person. */
  perSecond(now: Instant): number;
}

/** Remembers nothing but their numbers; what it has not heard of yet, it does not count. */
export function ordersUnderWay(): UnderWay {
  // in the order in which they were last heard of
  const heardAt = new Map<string, Instant>();
  const left = rateOver(seconds(10));
  return {
    note(messages, now) {
      let gone = 0;
      for (const message of messages) {
        const where = placeOf(message);
        if (where === 'unchanged') continue;
        const wasThere = heardAt.delete(message.key);
        if (where === 'machines') heardAt.set(message.key, now);
        else if (wasThere) gone += 1;
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

function placeOf(message: AnyMessage): 'machines' | 'elsewhere' | 'unchanged' {
  if (message.type === 'OrderPlaced') return 'machines';
  if (ENDS.has(message.type)) return 'elsewhere';
  const phase = phaseOf(message);
  if (phase === 0) return 'unchanged';
  const { status, step } = phaseAt(phase);
  return status === 'running' && WAITS_FOR_A_PERSON.has(step) ? 'elsewhere' : 'machines';
}
