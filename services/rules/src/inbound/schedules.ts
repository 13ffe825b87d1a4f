import { seconds } from '@order-mesh/kernel';
import type { Runtime } from '@order-mesh/platform';
import { rulesMeasures } from '../measures.ts';

/** Shows which version of the rules is in force at each decision point; 0 where the shipped ones are. */
export function scheduleVersions({ repeat, metrics }: Runtime<unknown>, points: Iterable<string>, liveVersions: () => Promise<ReadonlyMap<string, number>>): void {
  const live = metrics.gauge(rulesMeasures.live);
  for (const point of points) live.set(0, { point });
  repeat('read versions of rules', seconds(15), async () => {
    for (const [point, version] of await liveVersions()) live.set(version, { point });
  });
}
