import { isFromWecom, opened } from './envelope.ts';

// Published by WeCom with its sample code for callbacks (WXBizMsgCrypt)
const KEYS = { token: 'QDG6eK', encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C', corpId: 'wx5823bf96d3bd56c7' };
const ECHO = {
  signature: '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3', timestamp: '1409659589', nonce: '263014780',
  encrypt: 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
};
const MESSAGE = {
  signature: '477715d11cdb4164915debcba66cb864d751f3e6', timestamp: '1409659813', nonce: '1372623149',
  encrypt: 'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==',
};

describe('the envelope of a callback', () => {
  it('opens what WeCom published', () => {
    expect([ECHO, MESSAGE].map((proof) => isFromWecom(proof, KEYS))).toEqual([true, true]);
    expect(opened(ECHO.encrypt, KEYS)).toBe('1616140317555161061');
    expect(opened(MESSAGE.encrypt, KEYS)).toMatch(/^<xml><ToUserName><!\[CDATA\[wx5823bf96d3bd56c7\]\]><\/ToUserName>.*<FromUserName><!\[CDATA\[mycreate\]\]>/s);
  });

  it('is not believed when anything that is signed was changed', () => {
    const changed = [
      { ...ECHO, timestamp: '1409659590' }, { ...ECHO, nonce: '263014781' }, { ...ECHO, encrypt: `Q${ECHO.encrypt.slice(1)}` },
      { ...ECHO, signature: `6${ECHO.signature.slice(1)}` }, { ...ECHO, signature: '' }, { ...ECHO, signature: 'not hex' }, { ...ECHO, signature: `${ECHO.signature}00` }, { ...ECHO, signature: `${ECHO.signature}zz` },
    ];
    expect(changed.map((proof) => isFromWecom(proof, KEYS))).toEqual(changed.map(() => false));
    expect(isFromWecom(ECHO, { token: 'guessed' })).toBe(false);
  });

  it('opens nothing meant for another company, under another key, or cut short', () => {
    expect(opened(ECHO.encrypt, { ...KEYS, corpId: 'wx5823bf96d3bd56c8' })).toBeUndefined();
    expect(opened(ECHO.encrypt, { ...KEYS, encodingAesKey: KEYS.encodingAesKey.replace('j', 'k') })).toBeUndefined();
    const bytes = Buffer.from(ECHO.encrypt, 'base64');
    for (let length = 0; length < bytes.length; length += 1) expect(opened(bytes.subarray(0, length).toString('base64'), KEYS)).toBeUndefined();
  });

  it('gives other bytes for every bit that is turned over, or nothing', () => {
    const bytes = Buffer.from(MESSAGE.encrypt, 'base64');
    const good = opened(MESSAGE.encrypt, KEYS);
    for (let at = 16; at < bytes.length; at += 1) {
      const turned = Buffer.from(bytes);
      turned[at] = (turned[at] ?? 0) ^ 1;
      expect(opened(turned.toString('base64'), KEYS)).not.toBe(good);
    }
  });
});
