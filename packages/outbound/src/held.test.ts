import { hours, seconds } from '@order-mesh/kernel';
import type { Operations, PartnerEffect } from './call.ts';
import { HeldCalls } from './held.ts';
import type { ClaimedCall } from './ledger.ts';

const unsure = (key: string): ClaimedCall => ({ key, operation: 'tell', orderId: key, ledger: 'C1', request: {}, giveUpAt: hours(1), askedAt: 0, attempts: 1, known: 'unknown' });
const tell: PartnerEffect = { batchSize: 10, perform: async () => [], inquire: async () => ({ type: 'absent' }) };

/** What is taken up together of three calls whose answer was lost. */
function together(operations: Operations): readonly string[] {
  const held = new HeldCalls();
  held.hold(['A1', 'A2', 'A3'].map(unsure), seconds(6));
  return held.next(operations, 0).map(({ key }) => key);
}

describe('calls whose answer was lost', () => {
  it('are inquired about one by one', () => {
    expect(together({ tell })).toEqual(['A1']);
  });

  it('are made again together where that is the inquiry', () => {
    expect(together({ tell: { kind: 'repeatable', batchSize: 10, perform: tell.perform } })).toEqual(['A1', 'A2', 'A3']);
  });
});
