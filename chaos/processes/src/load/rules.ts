import { setTimeout as sleep } from 'node:timers/promises';
import { openRulesDesk, type RulesDesk } from '@order-mesh/cli/parts';
import { creditControl, shippedRules } from '@order-mesh/rules';
import { repeat, type Repetition } from '../watch/repeat.ts';

const EVERY_MS = 8_000;
const LOOKS = 20;
const LOOK_EVERY_MS = 250;
const AUTHOR = '王芳';
const SECOND_PERSON = '李娜';
/** An account freezes when its oldest receivable is overdue by more than so many days: now the one, now the other. */
const DAYS = [45, 30] as const;

/** Changes the rules of credit control again and again while orders run: one person proposes them, another releases them. What meets a fault is left to the next turn. */
export class RuleChanges {
  readonly #desk: RulesDesk;
  readonly #changing: Repetition;
  /** How often other rules came in force, as far as it was seen. */
  released = 0;

  constructor(gateway: string) {
    this.#desk = openRulesDesk(gateway);
    this.#changing = repeat(EVERY_MS, () => this.#change().catch(() => {}));
  }

  /** Ends, after one more change. */
  stop(): Promise<void> {
    return this.#changing.stop();
  }

  async #change(): Promise<void> {
    const { name } = creditControl;
    const live = await this.#desk.point(name);
    this.released = Math.max(this.released, live.version);
    const days = DAYS[(live.version + 1) % DAYS.length] ?? DAYS[0];
    const content = shippedRules({ freezeAfterDaysOverdue: days, replenishToTimesSafety: 2 }).get(name);
    const { changeId } = await this.#desk.propose(name, { content, basedOn: live.hash, author: AUTHOR, reason: `freeze after ${days} days` });
    await this.#waitWhile(changeId, 'asked');
    await this.#desk.decide(changeId, 'approve', { decidedBy: SECOND_PERSON, comment: '' });
    await this.#waitWhile(changeId, 'proposed');
    this.released = Math.max(this.released, (await this.#desk.point(name)).version);
  }

  async #waitWhile(changeId: string, status: string): Promise<void> {
    for (let look = 0; look < LOOKS && (await this.#desk.change(changeId)).status === status; look += 1) await sleep(LOOK_EVERY_MS);
  }
}
