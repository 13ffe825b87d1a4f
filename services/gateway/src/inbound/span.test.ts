import { confirmedQuery } from './span.ts';

const span = (query: object) => {
  const read = confirmedQuery.safeParse(query);
  return read.success ? Object.values(read.data.span).map((at) => new Date(at).toISOString()) : read.error.issues.map(({ path, message }) => `${path.join('.')} ${message.slice(0, 25)}`);
};

describe('a span of days', () => {
  it.each([
    ['August in Beijing, both days included', { from: '2026-08-01', to: '2026-08-31' }, ['2026-07-31T16:00:00.000Z', '2026-08-31T16:00:00.000Z']],
    ['moments as they are', { from: '2026-08-01T00:00:00Z', to: '2026-08-01T09:00+08:00' }, ['2026-08-01T00:00:00.000Z', '2026-08-01T01:00:00.000Z']],
    ['open to both sides', {}, ['1970-01-01T00:00:00.000Z', '9999-12-31T00:00:00.000Z']],
    ['no 30 February', { from: '2026-02-30' }, ['from must be a day (2026-08-31']],
    ['no moment without its offset', { to: '2026-08-01T09:00' }, ['to must be a day (2026-08-31']],
    ['not backwards', { from: '2026-08-02', to: '2026-08-01T00:00:00Z' }, ['from must not be after `to`']],
    ['one of two formats', { format: 'xml' }, ['format must be one of json, csv']],
  ])('is %s', (_, query, expected) => {
    expect(span(query)).toEqual(expected);
  });
});
