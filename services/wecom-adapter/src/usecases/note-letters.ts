import { hours, minutes, type Clock } from '@order-mesh/kernel';
import type { Submit } from '@order-mesh/platform';
import { alertOfLetter } from '../domain/alert.ts';
import { noteAlerts } from './note-alerts.ts';
import type { LetterFile, Ports } from './ports.ts';

const AT_ONCE = 200;
/** Older letters are history that is found, not news. */
const NEWS_FOR = hours(24);
/** Longer than a transaction may take: by then every letter with a lower number is there, too. */
const SETTLED_AFTER = minutes(1);

export interface LetterPorts extends Pick<Ports, 'alerts' | 'rules'> {
  readonly letters: LetterFile;
  readonly clock: Clock;
  readonly submit: Submit;
}

export type NoteLetters = () => Promise<void>;

/** Notes every dead letter that came since the last time, each once. The place that is kept stays a minute behind: letters with lower numbers may still come. */
export function noteLetters({ alerts, rules, letters, clock, submit }: LetterPorts): NoteLetters {
  // beyond the place that is kept
  let noted: ReadonlySet<string> = new Set();
  return async () => {
    const now = clock.now();
    const fresh = new Set<string>();
    let after = await alerts.lastLetter();
    for (let more = true; more;) {
      const found = await letters.openAfter(after, { since: now - NEWS_FOR, limit: AT_ONCE });
      const firstFresh = fresh.size > 0 ? 0 : found.findIndex(({ at }) => at > now - SETTLED_AFTER);
      const settled = firstFresh === -1 ? found : found.slice(0, firstFresh);
      for (const { id } of found.slice(settled.length)) fresh.add(id);
      const news = found.filter(({ id }) => !noted.has(id));
      const last = settled.at(-1);
      if (news.length > 0 || last) await submit(async (unit) => {
        await noteAlerts({ alerts, rules }, unit, news.map(alertOfLetter));
        if (last) await alerts.keepLastLetter(unit.tx, last.id);
      });
      after = found.at(-1)?.id ?? after;
      more = found.length === AT_ONCE;
    }
    noted = fresh;
  };
}
