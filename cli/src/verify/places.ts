import { kafkaSecurityIn } from '../topics/security.ts';
import type { Places } from '@order-mesh/verify';
import { outsideParts, type Env } from '../up/settings.ts';
import type { Whereabouts } from '../where.ts';

/** Where everything is that is compared: as the environment says, else where the running mesh of this folder has it. */
export async function placesOf({ databaseUrl, kafkaBrokers, mesh }: Whereabouts, env: Env): Promise<Places> {
  const { salesforce, u8, esign, carrier } = outsideParts(env);
  const running = mesh?.addresses;
  return {
    databaseUrl: databaseUrl.at, kafkaBrokers: kafkaBrokers.at, kafkaSecurity: await kafkaSecurityIn(kafkaBrokers, env),
    salesforce: salesforce ?? running?.salesforce, u8: u8 ?? running?.u8, esign: (esign ?? running?.esign)?.replace(/\/api\/v5\/*$/, ''), carrier: carrier ?? running?.carrier,
  };
}
