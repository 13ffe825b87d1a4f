import { readConfig, type Env } from './config.ts';

const pause = (env: Env) => readConfig(env, () => '', (read) => read.duration('PAUSE_MINUTES', 2, 'minutes'));

it('reads a length of time in the unit its name tells', () => {
  expect(pause({})).toBe(120_000);
  expect(pause({ PAUSE_MINUTES: '5' })).toBe(300_000);
});

it('says what a length of time must be', () => {
  expect(() => pause({ PAUSE_MINUTES: '5m' })).toThrow(expect.objectContaining({ code: 'BAD_CONFIG', advice: 'PAUSE_MINUTES must be a whole number of minutes, got "5m"' }));
});

it('says what an address must be', () => {
  const address = (env: Env) => readConfig(env, () => '', (read) => read.url('U8_EAI_URL', 'http://u8/import.asp'));
  expect(address({ U8_EAI_URL: 'http://10.0.0.5/u8eai/import.asp' })).toBe('http://10.0.0.5/u8eai/import.asp');
  for (const wrong of ['', '10.0.0.5', 'ftp://u8/', 'u8:80']) {
    expect(() => address({ U8_EAI_URL: wrong })).toThrow(expect.objectContaining({ advice: `U8_EAI_URL must be an address such as http://u8/import.asp, got "${wrong}"` }));
  }
});
