import { saslMechanisms, type BrokerSecurity } from '@order-mesh/messaging';
import type { ConfigReader } from './config.ts';

const PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const;

/** How Kafka is spoken to, told in the words of its own clients. */
export function readKafkaSecurity(read: ConfigReader): BrokerSecurity {
  const protocol = read.oneOf('KAFKA_SECURITY_PROTOCOL', PROTOCOLS, 'PLAINTEXT');
  const hasTls = protocol === 'SSL' || protocol === 'SASL_SSL';
  const hasLogin = protocol === 'SASL_PLAINTEXT' || protocol === 'SASL_SSL';
  return { ...(hasTls && { tls: tlsIn(read) }), ...(hasLogin && { sasl: loginIn(read) }) };
}

function tlsIn(read: ConfigReader): NonNullable<BrokerSecurity['tls']> {
  const [ca, cert, key] = [read.text('KAFKA_CA', ''), read.text('KAFKA_CLIENT_CERT', ''), read.text('KAFKA_CLIENT_KEY', '')];
  read.check((cert === '') === (key === ''), 'KAFKA_CLIENT_CERT_FILE and KAFKA_CLIENT_KEY_FILE go together');
  return { ...(ca !== '' && { ca }), ...(cert !== '' && { cert, key }) };
}

function loginIn(read: ConfigReader): NonNullable<BrokerSecurity['sasl']> {
  return { mechanism: read.oneOf('KAFKA_SASL_MECHANISM', saslMechanisms, 'SCRAM-SHA-512'), username: read.text('KAFKA_SASL_USERNAME'), password: read.text('KAFKA_SASL_PASSWORD') };
}
