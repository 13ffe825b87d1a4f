import type { Duration } from '@order-mesh/kernel';
import type { ConfigReader } from '@order-mesh/platform';

export interface GatewayConfig {
  readonly httpPort: number;
  /** A request that is not answered by then gets 503; its sender repeats it under the same key. */
  readonly answerWithin: Duration;
  /** How long the answer under an idempotency key is kept. */
  readonly keepKeysFor: Duration;
}

export const readGatewayConfig = (read: ConfigReader): GatewayConfig => ({
  httpPort: read.whole('GATEWAY_HTTP_PORT', 8080, 'a port number'),
  answerWithin: read.duration('GATEWAY_ANSWER_SECONDS', 15, 'seconds'),
  keepKeysFor: read.duration('GATEWAY_KEEP_KEYS_DAYS', 7, 'days'),
});
