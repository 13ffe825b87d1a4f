import type { Invariant } from '../facts.ts';
import { creditIsConserved } from './i01-credit.ts';
import { stockIsConserved } from './i02-stock.ts';
import { statesAreLawful } from './i03-states.ts';
import { documentsMatchOrders } from './i04-documents.ts';
import { undoneInReverse } from './i05-undone.ts';
import { nothingIsLost } from './i06-nothing-lost.ts';
import { nothingHappensTwice } from './i07-once.ts';
import { ordersStayInOrder } from './i08-order.ts';
import { decisionsRepeat } from './i09-decisions.ts';
import { peopleAreNamed } from './i10-actors.ts';
import { everythingEnds } from './i11-liveness.ts';
import { viewsEqualTheirEvents } from './i12-views.ts';

/** All of them, in the order of their numbers. */
export const invariants: readonly Invariant[] = [
  creditIsConserved, stockIsConserved, statesAreLawful, documentsMatchOrders, undoneInReverse, nothingIsLost, nothingHappensTwice, ordersStayInOrder,
  decisionsRepeat, peopleAreNamed, everythingEnds, viewsEqualTheirEvents,
];
