import { minutes, seconds } from '@order-mesh/kernel';
import type { Runtime } from '@order-mesh/platform';
import type { WecomConfig } from '../config.ts';
import type { CheckOpenCards } from '../usecases/check-open-cards.ts';
import type { NoteLetters } from '../usecases/note-letters.ts';
import type { Ports } from '../usecases/ports.ts';
import type { TellAlerts } from '../usecases/tell-alerts.ts';

/** Longer than a callback is believed. */
const HEARD_KEPT_FOR = minutes(30);

export interface Schedules {
  readonly checkOpenCards: CheckOpenCards;
  readonly noteLetters: NoteLetters;
  readonly tellAlerts: TellAlerts;
}

/** What is looked at again and again; a turn without anything to do costs one indexed read. */
export function schedule({ config, repeat, submit, clock }: Runtime<WecomConfig>, { cards, alerts, callbacks }: Ports, { checkOpenCards, noteLetters, tellAlerts }: Schedules): void {
  repeat('look at open cards', seconds(1), async () => {
    if (await cards.anyDue(clock.now())) await submit(checkOpenCards);
  });
  repeat('alert people', config.alertEvery, async () => {
    await noteLetters();
    if (await alerts.anyUntold()) await submit(tellAlerts);
  });
  repeat('forget callbacks', minutes(10), () => submit((unit) => callbacks.forget(unit.tx, unit.now - HEARD_KEPT_FOR)));
}
