import fc from 'fast-check';
import { hours, minutes, seconds } from '@order-mesh/kernel';
import type { Inquiry } from './call.ts';
import type { ClaimedCall } from './ledger.ts';
import { afterAttempt, parked, turnOf, type Moment } from './next.ts';

const call: ClaimedCall = {
  key: 'plan/A1', operation: 'plan', orderId: 'A1', ledger: 'C7', request: {}, giveUpAt: hours(1), askedAt: 0, attempts: 0, known: 'not-done',
};
const unsure: ClaimedCall = { ...call, known: 'unknown' };
const at = (now: number): Moment => ({ now, pace: { firstRetryMs: 200, maxRetryMs: seconds(30) }, chance: 0.5 });

describe('what happens next to a call', () => {
  it('carries out what surely was not done, and inquires first about what may have been', () => {
    expect(turnOf(call, 0)).toBe('perform');
    expect(turnOf(unsure, 0)).toBe('inquire');
  });

  it('gives up at the hour that was set, but not without asking what became of an unknown one', () => {
    expect(turnOf(call, hours(1))).toBe('give-up');
    expect(turnOf(unsure, hours(1))).toBe('inquire');
  });

  it('ends with the answer or with the refusal', () => {
    expect(afterAttempt(call, { type: 'answered', answer: 'SF1' }, at(0))).toEqual({ type: 'settled', key: 'plan/A1', attempts: 1, outcome: { type: 'answered', answer: 'SF1' } });
    expect(afterAttempt(call, { type: 'refused', reason: 'not-served', detail: 'no' }, at(0))).toMatchObject({ type: 'settled', outcome: { type: 'refused', reason: 'not-served' } });
  });

  it('tries again later what was not done, twice as late each time up to 30 s', () => {
    const again = (attempts: number) => afterAttempt({ ...call, attempts }, { type: 'unavailable', detail: 'down' }, at(0));
    expect(again(0)).toMatchObject({ type: 'again', known: 'not-done', nextAt: 150 });
    expect(again(1)).toMatchObject({ type: 'again', nextAt: 300 });
    expect(again(20)).toMatchObject({ type: 'again', nextAt: 22_500 });
  });

  it('keeps an outcome unknown while the inquiry itself fails', () => {
    expect(afterAttempt(unsure, { type: 'unavailable', detail: 'down' }, at(0))).toMatchObject({ type: 'again', known: 'unknown' });
  });

  it('carries out at once what the partner says it does not have', () => {
    expect(afterAttempt(unsure, { type: 'absent' }, at(5))).toMatchObject({ type: 'again', known: 'not-done', nextAt: 5 });
  });

  it('says of a call given up whether it may have been carried out', () => {
    expect(afterAttempt(call, { type: 'unavailable', detail: 'down' }, at(hours(1)))).toMatchObject({ outcome: { type: 'failed', surelyNotDone: true } });
    expect(afterAttempt(call, { type: 'unknown', detail: 'no answer' }, at(hours(1)))).toMatchObject({ outcome: { type: 'failed', surelyNotDone: false } });
  });

  const taken: Inquiry = { type: 'accepted', receipt: 'R1', within: minutes(10) };
  const waiting: ClaimedCall = { ...unsure, accepted: { receipt: 'R1', resultBy: minutes(10) } };

  it('asks for the result of what the partner has taken, until it is due; then inquires', () => {
    expect(afterAttempt(call, taken, at(0))).toMatchObject({ type: 'again', known: 'unknown', accepted: { receipt: 'R1', resultBy: minutes(10) }, nextAt: 150 });
    expect([turnOf(waiting, minutes(10) - 1), turnOf(waiting, minutes(10))]).toEqual(['fetch', 'inquire']);
  });

  it('keeps the first deadline of a result, however often the partner says that it is not done yet', () => {
    expect(afterAttempt(waiting, taken, at(minutes(9)))).toMatchObject({ accepted: { receipt: 'R1', resultBy: minutes(10) } });
    expect(afterAttempt({ ...waiting, attempts: 20 }, taken, at(minutes(10) - 5))).toMatchObject({ nextAt: minutes(10) });
    expect(afterAttempt(waiting, { type: 'accepted', receipt: 'R2', within: minutes(10) }, at(minutes(9)))).toMatchObject({ accepted: { receipt: 'R2', resultBy: minutes(19) } });
  });

  it('goes on asking for a result when the partner is not heard, and inquires at once when it has forgotten it', () => {
    expect(afterAttempt(waiting, { type: 'unknown', detail: 'no answer' }, at(5))).toMatchObject({ known: 'unknown', accepted: { receipt: 'R1', resultBy: minutes(10) } });
    const update = afterAttempt(waiting, { type: 'forgotten' }, at(5));
    expect(update).toMatchObject({ type: 'again', known: 'unknown', nextAt: 5, accepted: { receipt: 'R1', resultBy: 5 } });
  });

  it('says of a call given up under which receipt it may be carried out still', () => {
    expect(afterAttempt(waiting, { type: 'unknown', detail: 'not yet' }, at(hours(1)))).toMatchObject({ outcome: { type: 'failed', surelyNotDone: false, receipt: 'R1' } });
    expect(parked(waiting, 'in trouble', at(hours(1)))).toMatchObject({ outcome: { type: 'failed', surelyNotDone: false, receipt: 'R1' } });
    expect(parked(waiting, 'in trouble', at(0))).toMatchObject({ accepted: { receipt: 'R1', resultBy: minutes(10) } });
  });

  it('leaves a ledger alone for as long as the partner asks', () => {
    expect(afterAttempt(call, { type: 'unavailable', detail: 'HTTP 429', retryAfter: seconds(30) }, at(0))).toMatchObject({ nextAt: seconds(30), throttledUntil: seconds(30) });
  });

  it('does not count a call that was not tried', () => {
    expect(parked(call, 'in trouble', at(0))).toMatchObject({ type: 'again', attempts: 0, known: 'not-done', nextAt: 300 });
    expect(parked(unsure, 'in trouble', at(hours(1)))).toMatchObject({ outcome: { type: 'failed', surelyNotDone: false } });
  });

  const found: fc.Arbitrary<Inquiry> = fc.constantFrom<Inquiry>(
    { type: 'answered', answer: 1 }, { type: 'refused', reason: 'r', detail: 'd' }, { type: 'unavailable', detail: 'd' }, { type: 'unknown', detail: 'd' }, { type: 'absent' }, { type: 'accepted', receipt: 'R1', within: minutes(3) },
  );

  it('always ends or is due again, never later than it is given up, and never forgets that it may have been done', () => {
    fc.assert(fc.property(fc.constantFrom(call, unsure, waiting), found, fc.nat(2 * hours(1)), fc.nat(50), (claimed, result, now, attempts) => {
      const update = afterAttempt({ ...claimed, attempts }, result, at(now));
      if (update.type === 'settled') return true;
      expect(update.nextAt).toBeLessThanOrEqual(call.giveUpAt);
      expect(update.nextAt).toBeGreaterThanOrEqual(now);
      if (claimed.known === 'unknown') expect(update.known).toBe(result.type === 'absent' ? 'not-done' : 'unknown');
      return true;
    }));
  });
});
