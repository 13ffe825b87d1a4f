import { topics } from '@order-mesh/contracts';
import type { ServiceDefinition } from '@order-mesh/platform';
import { pathToFileURL } from 'node:url';

class ProbeModule {}

/** A service that does nothing, to watch what the platform does around it. */
export const probeService: ServiceDefinition<null> = {
  name: 'probe',
  migrations: new URL('./probe-migrations/', import.meta.url),
  readConfig: () => null,
  module: () => ({ module: ProbeModule }),
};

/** Beside it: takes part in the group, so that there is a consumer. */
export const probeParticipant = { name: 'probe-listener', projection: true, subscriptions: [{ topics: [topics.creditEvents], handle: async () => {} }] };

// started as a process of its own
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { bootServices, service } = await import('@order-mesh/platform');
  await bootServices([service(probeService)], { env: process.env, groupId: 'probe', beside: [probeParticipant] });
}
