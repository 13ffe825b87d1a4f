import { readConfig, type Env } from './config.ts';

const pause = (env: Env) => readConfig(env, () => '', (read) => read.duration('PAUSE_MINUTES', 2, 'minutes'));

it('reads a length of time in the unit its name tells', () => {
  expect(pause({})).toBe(120_000);
  expect(pause({ PAUSE_MINUTES: '5' })).toBe(300_000);
});

it('says what a length of time must be', () => {
  expect(() => pause({ PAUSE_MINUTES: '5m' })).toThrow(expect.objectContaining({ code: 'BAD_CONFIG', advice: 'PAUSE_MINUTES must be a whole number of minutes, got "5m"' }));
});
