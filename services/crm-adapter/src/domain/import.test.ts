import { advance, begin, changed, told } from './import.ts';

const asked = begin({ importId: 'I1', system: 'salesforce', since: null, status: 'Activated', dryRun: false, requestedBy: 'Li Na', requestedAt: 1_000 });
const running = changed(asked, { place: { listId: 'L1', page: null, taken: 0 }, total: 10 });
const nothing = { placed: 0, known: 0, unacceptable: 0, passedOver: 0 };
const turnedAway = (orderId: string, ...reasons: readonly string[]) => ({ orderId, source: 'salesforce', externalId: orderId, customerId: null, reasons, placedAt: 0 });
const next = { listId: 'L1', page: null, taken: 5 };

describe('an import', () => {
  it('is listing until the list is made, then running', () => {
    expect([told(asked, 2_000).value.state, told(running, 2_000).value.state, told(changed(running, { state: 'stopped' }), 2_000).value.state]).toEqual(['listing', 'running', 'stopped']);
    expect(told(running, 2_000).value).toMatchObject({ revision: 2, total: 10, seen: 0, startedAt: 1_000, at: 2_000 });
  });

  it('adds up what its stretches came to', () => {
    const first = advance(running, { counts: { placed: 3, known: 1, unacceptable: 0, passedOver: 1 }, unacceptable: [] }, next);
    const second = advance(first, { counts: { ...nothing, placed: 2, unacceptable: 1 }, unacceptable: [turnedAway('A', 'it has no lines')] }, next);
    expect(told(second, 0).value).toMatchObject({ revision: 4, seen: 8, placed: 5, known: 1, unacceptable: 1, passedOver: 1 });
  });

  it('counts faults that differ only in numbers as one, each order once, the most frequent first', () => {
    const { value } = told(advance(running, { counts: nothing, unacceptable: [
      turnedAway('A', 'it has no lines'), turnedAway('B', 'line 1: the quantity -1 is not above zero', 'line 2: the quantity -3.5 is not above zero'), turnedAway('C', 'line 9: the quantity 0 is not above zero'),
    ] }, next), 0);
    expect(value.reasons).toEqual([{ reason: 'line N: the quantity N is not above zero', count: 2, example: 'B' }, { reason: 'it has no lines', count: 1, example: 'A' }]);
  });

  it('keeps twenty kinds of faults apart, and counts the rest together', () => {
    const many = Array.from({ length: 30 }, (_, index) => turnedAway(`O${index}`, `it is in ${String.fromCharCode(65 + index)}X`));
    const { reasons } = told(advance(running, { counts: nothing, unacceptable: many }, next), 0).value;
    expect([reasons.length, reasons[0]]).toEqual([21, { reason: 'other faults', count: 10, example: 'O20' }]);
  });

  it('forgets what it waited for with the next step', () => {
    expect(changed(changed(running, { detail: 'waits until the mesh has room' }), { total: 11 }).detail).toBe('');
  });
});
