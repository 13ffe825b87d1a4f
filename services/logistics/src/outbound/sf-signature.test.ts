import { formEncoded, msgDigest } from './sf-signature.ts';

describe('the signature of a message to the carrier', () => {
  it('encodes as java.net.URLEncoder does', () => {
    expect(formEncoded(`a b~!*'()-._`)).toBe('a+b%7E%21*%27%28%29-._');
    expect(formEncoded('{"城":"苏州"}')).toBe('%7B%22%E5%9F%8E%22%3A%22%E8%8B%8F%E5%B7%9E%22%7D');
  });

  it('is the Base64 of the MD5 over data, time and checkword', () => {
    expect(msgDigest('', '', '')).toBe('1B2M2Y8AsgTpgAmY7PhCfg==');
    expect(msgDigest('{"orderId":"A1"}', '1767225600', 'word')).not.toBe(msgDigest('{"orderId":"A1"}', '1767225601', 'word'));
  });
});
