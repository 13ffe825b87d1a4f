import { readFileSync } from 'node:fs';
import type { BrokerSecurity } from '@order-mesh/messaging';
import type { Env } from '../up/settings.ts';
import type { FoundKafka } from '../where.ts';

/** How that Kafka is spoken to: as the running mesh says, else as the environment does (KAFKA_SECURITY_PROTOCOL and what belongs to it). Throws BAD_CONFIG. */
export async function kafkaSecurityIn({ security, from }: FoundKafka, env: Env): Promise<BrokerSecurity> {
  if (from === 'running mesh') return security ?? {};
  const { readConfig, readKafkaSecurity } = await import('@order-mesh/platform');
  return readConfig(env, (path) => readFileSync(path, 'utf8'), readKafkaSecurity);
}
