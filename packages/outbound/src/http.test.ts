import { hours, seconds } from '@order-mesh/kernel';
import { retryAfterIn, turnedAway } from './http.ts';

const date = 'Mon, 05 Jan 2026 08:00:00 GMT';

it.each([
  ['30', seconds(30)], ['Mon, 05 Jan 2026 08:00:45 GMT', seconds(45)], ['Mon, 05 Jan 2026 07:00:00 GMT', seconds(1)],
  ['0', seconds(1)], ['999999999', hours(1)], ['soon', seconds(1)], [undefined, seconds(1)],
])('leaves a partner that says "Retry-After: %s" alone for %i ms', (header, pause) => {
  expect(retryAfterIn({ 'retry-after': header, date })).toBe(pause);
});

it('leaves nobody alone who turned a call away for another reason', () => {
  expect(turnedAway('not let in', { status: 403, headers: { 'retry-after': '30' } })).toEqual({ type: 'unavailable', detail: 'not let in' });
  expect(turnedAway('too fast', { status: 429, headers: { 'retry-after': '30' } })).toEqual({ type: 'unavailable', detail: 'too fast', retryAfter: seconds(30) });
});
