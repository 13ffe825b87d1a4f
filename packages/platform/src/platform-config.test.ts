import { readConfig, type Env } from './config.ts';
import { readPlatformConfig } from './platform-config.ts';

const files: Readonly<Record<string, string>> = { '/run/kafka/password': 'kafka-secret\n', '/run/kafka/ca.crt': 'CA', '/run/postgres/password': 'p@ss/w?rd:1\n' };
const read = (env: Env) => readConfig(env, (path) => files[path] ?? '', readPlatformConfig);

describe('how Kafka is spoken to', () => {
  it('is in clear text and as nobody, unless told', () => {
    expect(read({}).kafkaSecurity).toEqual({});
  });

  it('is told in the words of its own clients, secrets in files', () => {
    expect(read({ KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_USERNAME: 'credit', KAFKA_SASL_PASSWORD_FILE: '/run/kafka/password', KAFKA_CA_FILE: '/run/kafka/ca.crt' }).kafkaSecurity)
      .toEqual({ tls: { ca: 'CA' }, sasl: { mechanism: 'SCRAM-SHA-512', username: 'credit', password: 'kafka-secret' } });
    expect(read({ KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_CLIENT_CERT: 'cert', KAFKA_CLIENT_KEY: 'key' }).kafkaSecurity).toEqual({ tls: { cert: 'cert', key: 'key' } });
    expect(read({ KAFKA_SECURITY_PROTOCOL: 'SASL_PLAINTEXT', KAFKA_SASL_MECHANISM: 'PLAIN', KAFKA_SASL_USERNAME: 'a', KAFKA_SASL_PASSWORD: 'b' }).kafkaSecurity)
      .toEqual({ sasl: { mechanism: 'PLAIN', username: 'a', password: 'b' } });
  });

  it.each([
    ['KAFKA_SASL_USERNAME must be set; KAFKA_SASL_PASSWORD must be set', { KAFKA_SECURITY_PROTOCOL: 'SASL_SSL' }],
    ['KAFKA_CLIENT_CERT_FILE and KAFKA_CLIENT_KEY_FILE go together', { KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_CLIENT_CERT: 'cert' }],
    ['KAFKA_SECURITY_PROTOCOL must be one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL, got "tls"', { KAFKA_SECURITY_PROTOCOL: 'tls' }],
  ])('refuses half of it: %s', (advice, env) => {
    expect(() => read(env)).toThrow(expect.objectContaining({ code: 'BAD_CONFIG', advice }));
  });
});

describe('the password of the database', () => {
  it('may come beside its address, out of a file, whatever letters it has', () => {
    const { databaseUrl } = read({ DATABASE_URL: 'postgres://mesh@db:5432/mesh?sslmode=verify-full', DATABASE_PASSWORD_FILE: '/run/postgres/password' });
    expect(databaseUrl).toBe('postgres://mesh:p%40ss%2Fw%3Frd%3A1@db:5432/mesh?sslmode=verify-full');
  });

  it('is told once', () => {
    expect(() => read({ DATABASE_URL: 'postgres://mesh:a@db/mesh', DATABASE_PASSWORD: 'b' }))
      .toThrow(expect.objectContaining({ advice: 'DATABASE_URL must be an address without a password where DATABASE_PASSWORD is set' }));
  });
});
