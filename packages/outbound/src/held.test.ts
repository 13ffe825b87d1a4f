import { hours, seconds } from '@order-mesh/kernel';
import type { Operations, PartnerEffect } from './call.ts';
import { HeldCalls } from './held.ts';
import type { ClaimedCall } from './ledger.ts';

const unsure = (key: string): ClaimedCall => ({ key, operation: 'tell', orderId: key, ledger: 'C1', request: {}, giveUpAt: hours(1), askedAt: 0, attempts: 1, known: 'unknown' });
const tell = { batchSize: 10, perform: async () => [], inquire: async () => ({ type: 'absent' }) } satisfies PartnerEffect;

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

describe('calls of several ledgers', () => {
  const fresh = (ledger: string, at: number): ClaimedCall => ({ ...unsure(`${ledger}${at}`), ledger, known: 'not-done' });
  const burst = (ledger: string, count: number) => Array.from({ length: count }, (_, at) => fresh(ledger, at));
  const plan: Operations = { tell: { ...tell, batchSize: 1 } };
  const taken = (held: HeldCalls, count: number) => Array.from({ length: count }, () => held.next(plan, 0).map(({ key }) => key)).flat();

  it('take turns, and a ledger that comes later has the next one', () => {
    const held = new HeldCalls();
    held.hold(burst('A', 10_000), seconds(6));
    expect(taken(held, 2)).toEqual(['A0', 'A1']);
    held.hold(burst('B', 2), seconds(6));
    held.hold(burst('C', 1), seconds(6));
    expect(taken(held, 6).filter((key) => !key.startsWith('A'))).toEqual(['B0', 'C0', 'B1']);
    expect(held.waitingOf('A')).toBe(10_000 - 5);
  });

  it('are put back ledger by ledger', () => {
    const held = new HeldCalls();
    held.hold([...burst('A', 2), ...burst('B', 1)], seconds(6));
    expect(held.drain('A').map(({ key }) => key)).toEqual(['A0', 'A1']);
    expect([held.waiting, held.waitingOf('A'), held.waitingOf('B')]).toEqual([1, 0, 1]);
  });
});
