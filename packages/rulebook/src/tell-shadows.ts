import { seconds } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import type { Log, Runtime } from '@order-mesh/platform';
import type { RuleBook } from './rule-book.ts';
import { reportOf } from './shadow.ts';
import type { ShadowBook } from './shadow-ports.ts';

/** What a service gives so that rules can decide silently in it. */
export interface ShadowPorts {
  readonly service: string;
  readonly shadows: ShadowBook;
  readonly log: Log;
}

const TELL_EVERY = seconds(5);

/** Tells how far each shadow is about which there is something new. */
export const tellShadows = ({ service, shadows, log }: ShadowPorts) => async (unit: Unit): Promise<void> => {
  const news = await shadows.news(unit.tx, unit.now);
  if (news.length === 0) return;
  await shadows.keep(unit.tx, news);
  for (const shadow of news) {
    const { shadowId, point, decisions, changed, endedBecause } = shadow;
    unit.send(reportOf(shadow, unit.now), { id: `${service}:shadow:${shadowId}:${decisions}:${endedBecause ?? ''}`, trace: {} });
    if (endedBecause !== null) log.info('shadow ended', { shadowId, point, decisions, changed, endedBecause });
  }
};

/** Tells every five seconds how far the shadows of a service are; where none runs, the database is not asked. */
export function scheduleShadows({ repeat, submit, obstacle, log }: Pick<Runtime<unknown>, 'repeat' | 'submit' | 'obstacle' | 'log'>, service: string, { shadows }: Pick<RuleBook, 'shadows'>): void {
  const tell = tellShadows({ service, shadows, log });
  repeat('tell shadows', TELL_EVERY, async () => {
    if (!shadows.isQuiet() && obstacle() === null) await submit(tell);
  });
}
