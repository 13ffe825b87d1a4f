import { setTimeout as sleep } from 'node:timers/promises';
import { openRulesDesk, type RulesDesk } from '@order-mesh/cli/parts';
import { creditControl, promotion, shippedRules, type RuleSet } from '@order-mesh/rules';
import type { People } from './people.ts';
import { repeat, type Repetition } from '../watch/repeat.ts';

const EVERY_MS = 8_000;
const LOOKS = 20;
const LOOK_EVERY_MS = 250;

interface Alternation {
  readonly point: string;
  /** The rules of an even and of an odd version. */
  readonly sets: readonly [RuleSet, RuleSet];
}

const shipped = (freezeAfterDaysOverdue: number, point: string): RuleSet => {
  const set = shippedRules({ freezeAfterDaysOverdue, replenishToTimesSafety: 2 }).get(point);
  if (!set) throw new TypeError(`no rules are shipped for ${point}`);
  return set;
};
const promotions = shipped(45, promotion.name);
const lessOff: RuleSet = { ...promotions, rules: promotions.rules.map((rule) => (Number(rule.then['off']) > 0 ? { ...rule, title: `${rule.title}，减半`, then: { ...rule.then, off: Number(rule.then['off']) / 2 }, tests: [] } : rule)) };

/** Now the one, now the other: from how many days overdue on an account freezes, and what first orders get. */
const ALTERNATIONS: readonly Alternation[] = [
  { point: creditControl.name, sets: [shipped(45, creditControl.name), shipped(30, creditControl.name)] }, { point: promotion.name, sets: [promotions, lessOff] },
];

/** Changes the rules of credit control and of promotions in turn, again and again while orders run: one person proposes them, another releases them. What meets a fault is left to the next turn. */
export class RuleChanges {
  readonly #desk: RulesDesk;
  readonly #secondPerson: RulesDesk;
  readonly #changing: Repetition;
  readonly #versions = new Map<string, number>();
  #turn = 0;

  constructor(gateway: string, { director, accountant }: People) {
    this.#desk = openRulesDesk(gateway, director);
    this.#secondPerson = openRulesDesk(gateway, accountant);
    this.#changing = repeat(EVERY_MS, () => this.#change().catch(() => {}));
  }

  /** How often other rules came in force, as far as it was seen. */
  get released(): number {
    return [...this.#versions.values()].reduce((sum, version) => sum + version, 0);
  }

  /** Ends, after one more change. */
  stop(): Promise<void> {
    return this.#changing.stop();
  }

  async #change(): Promise<void> {
    const { point, sets } = ALTERNATIONS[this.#turn % ALTERNATIONS.length] ?? ALTERNATIONS[0]!;
    this.#turn += 1;
    const live = await this.#desk.point(point);
    const content = sets[(live.version + 1) % 2];
    const { changeId } = await this.#desk.propose(point, { content, basedOn: live.hash, reason: 'now the one, now the other' });
    await this.#waitWhile(changeId, 'asked');
    await this.#secondPerson.decide(changeId, 'approve', { comment: '' });
    await this.#waitWhile(changeId, 'proposed');
    this.#versions.set(point, Math.max(this.#versions.get(point) ?? 0, (await this.#desk.point(point)).version));
  }

  async #waitWhile(changeId: string, status: string): Promise<void> {
    for (let look = 0; look < LOOKS && (await this.#desk.change(changeId)).status === status; look += 1) await sleep(LOOK_EVERY_MS);
  }
}
