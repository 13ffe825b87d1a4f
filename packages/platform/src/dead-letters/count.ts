import { classOf } from '@order-mesh/messaging';
import type { Metrics } from '../metrics.ts';
import type { DeadLetters } from './letter.ts';

/** Shows how many letters of these services wait for a person; each process tells of its own. */
export function countLetters(letters: DeadLetters, services: ReadonlySet<string>, metrics: Metrics): () => Promise<void> {
  const open = metrics.gauge('mesh_dead_letters_open', 'Dead letters that wait for a person.', ['service', 'class', 'reason']);
  const shown = new Set<string>();
  return async () => {
    const counted = new Map((await letters.countOpen()).filter(({ service }) => services.has(service)).map(({ service, reason, count }) => [`${service}|${classOf(reason)}|${reason}`, count]));
    for (const key of counted.keys()) shown.add(key);
    // what has gone down to nothing is shown as nothing
    for (const key of shown) {
      const [service = '', kind = '', reason = ''] = key.split('|');
      open.set(counted.get(key) ?? 0, { service, class: kind, reason });
    }
  };
}
