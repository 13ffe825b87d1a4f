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

it('tells every rule that is not kept, beside every other problem', () => {
  const span = (env: Env) => readConfig(env, () => '', (read) => {
    const [from, to] = [read.whole('FROM', 1, 'a number'), read.whole('TO', 2, 'a number')];
    read.check(from < to, `FROM must be below TO, got ${from} and ${to}`);
    return [from, to];
  });
  expect(span({ TO: '5' })).toEqual([1, 5]);
  expect(() => span({ FROM: '7', TO: 'x' })).toThrow(expect.objectContaining({ advice: 'TO must be a number, got "x"; FROM must be below TO, got 7 and NaN' }));
});

describe('a secret whose usual value everybody knows', () => {
  const secretAt = (at: string) => (env: Env) => readConfig(env, () => '', (read) => read.secret('U8_APP_SECRET', { known: 'demo-secret', at }));
  const [here, away] = [secretAt('http://127.0.0.1:8082'), secretAt('https://api.u8.example')];

  it('S23: is refused in production at its start, set or usual, unless the partner is a simulator; another one is taken, from a file too', () => {
    expect(here({ NODE_ENV: 'production' })).toBe('demo-secret');
    expect(away({})).toBe('demo-secret');
    expect(away({ NODE_ENV: 'production', DEMO_SECRETS: 'true' })).toBe('demo-secret');
    expect(away({ NODE_ENV: 'production', U8_APP_SECRET: 'our own' })).toBe('our own');
    expect(() => away({ NODE_ENV: 'production' })).toThrow('U8_APP_SECRET must be set');
    expect(() => away({ NODE_ENV: 'production', U8_APP_SECRET: 'demo-secret' })).toThrow('U8_APP_SECRET is one that everybody knows: set your own');
    const inFile = readConfig({ NODE_ENV: 'production', U8_APP_SECRET_FILE: '/run/secret' }, (path) => `from ${path}\n`, (read) => read.secret('U8_APP_SECRET', { known: 'demo-secret', at: 'https://api.u8.example' }));
    expect(inFile).toBe('from /run/secret');
  });
});
