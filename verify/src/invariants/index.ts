import type { Invariant } from '../facts.ts';
import { creditIsConserved } from './i01-credit.ts';
import { stockIsConserved } from './i02-stock.ts';
import { documentsMatchOrders } from './i04-documents.ts';
import { nothingHappensTwice } from './i07-once.ts';
import { everythingEnds } from './i11-liveness.ts';

/** All of them, in the order of their numbers. */
export const invariants: readonly Invariant[] = [creditIsConserved, stockIsConserved, documentsMatchOrders, nothingHappensTwice, everythingEnds];
