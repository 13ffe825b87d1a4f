import { seconds } from '@order-mesh/kernel';
import { fieldOf, listOf, textOf } from '@order-mesh/outbound';
import type { Decided, Reading } from '../../domain/card.ts';

const [PENDING, GRANTED, DENIED] = ['1', '2', '3'];

/** What oa/getapprovaldetail shows, in our words: 1 under way, 2 granted, 3 refused; 4, 6 and 7 are taken back or deleted. */
export function seenIn(info: unknown): Reading['seen'] {
  const status = textOf(info, 'sp_status');
  if (status === PENDING) return 'pending';
  if (status !== GRANTED && status !== DENIED) return 'gone';
  return decidedBy(listOf(info, 'sp_record').flatMap((record) => listOf(record, 'details')), status);
}

// Of several who agreed it is the last one who made it count
function decidedBy(details: readonly unknown[], status: string): Decided {
  const one = details.findLast((detail) => textOf(detail, 'sp_status') === status);
  return {
    decision: status === GRANTED ? 'granted' : 'denied', decider: textOf(fieldOf(one, 'approver'), 'userid'), comment: textOf(one, 'speech'),
    decidedAt: seconds(Number(textOf(one, 'sptime') || 0)),
  };
}
