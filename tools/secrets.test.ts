import { secretsIn } from './secrets.mjs';

/** In halves, so that this file holds none itself. */
const planted: Readonly<Record<string, string>> = {
  'a private key': `-----BEGIN ${'RSA'} PRIVATE${' '}KEY-----\n${'MIIEpAIBAAKCAQEA'.repeat(4)}\n`,
  'a key of AWS': `AKIA${'IOSFODNN7EXAMPLE'}`,
  'a token of GitHub': `ghp${'_'}${'a1B2c3D4e5'.repeat(4)}`,
  'a token of npm': `npm${'_'}${'a1B2c3D4e5F6'.repeat(3)}`,
  'a token of Slack': `xoxb${'-'}1234567890-abcdefghij`,
  'a key of Google': `AIza${'a1B2c3D4e5F6g'.repeat(3).slice(0, 35)}`,
  'a signed token (JWT)': `eyJ${'hbGciOiJIUzI1NiIs'}.eyJ${'zdWIiOiIxMjM0NTY3'}.${'SflKxwRJSMeKKF2QT4fw'}`,
  'an address with a password': `postgres:/${'/'}mesh:hunter22@db/mesh`,
  'a secret in a setting': `APP_SEC${'RET'}=${'Zm9vYmFyYmF6cXV4Zm9v'}YmFyYmF6`,
};

describe('the search for secrets in what git keeps', () => {
  it.each(Object.entries(planted))('finds %s', (what, text) => {
    expect(secretsIn(`one line\n${text}`)).toEqual([{ what, line: 2 }]);
  });

  it.each(['the key lies in AUDIT_KEY_FILE', 'postgres://mesh@db/mesh', 'POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:-mesh}', 'password: \'...\'', '-----BEGIN CERTIFICATE-----'])('has nothing against %s', (text) => {
    expect(secretsIn(text)).toEqual([]);
  });

  it('takes what a list allows, which says why', () => {
    expect(secretsIn('WECOM_ENCODING_AES_KEY: OrderMeshDemoEncodingAesKey0123456789abcdeE')).toEqual([]);
  });
});
