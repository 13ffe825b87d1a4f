import { setTimeout as sleep } from 'node:timers/promises';
import { hours, minutes, seconds, type Duration } from '@order-mesh/kernel';
import type { AlertRule } from '@order-mesh/testing';
import { repeat } from '../watch/repeat.ts';
import { alertId, type AlertLog } from './alert-log.ts';
import type { Cause, World } from './causes/cause.ts';
import { acts, atLast, beside } from './causes/index.ts';

export const LOOK_EVERY = seconds(0.5);
/** A cause takes a minute to show in gauges that are read every 15 s, and limits are 60 s and more. */
const SHOWS_WITHIN = minutes(2.5);
const KEPT_UP_EVERY = seconds(5);
const AT_REST_WITHIN = minutes(1);

export interface Play {
  readonly world: World;
  readonly log: AlertLog;
  /** Of Prometheus, in which time goes faster. */
  readonly rules: readonly AlertRule[];
  readonly asked: { readonly only: readonly string[]; readonly factor: number; readonly say: (line: string) => void; readonly signal: AbortSignal };
}

/** Has causes come and go, and waits for what follows. */
export class Director {
  readonly problems: string[] = [];
  /** Of the alerts that are caused. */
  readonly conditions = new Map<string, string>();
  readonly #world: World;
  readonly #log: AlertLog;
  readonly #asked: Play['asked'];
  readonly #holdsFor: ReadonlyMap<string, Duration>;

  constructor({ world, log, rules, asked }: Play) {
    this.#world = world;
    this.#log = log;
    this.#asked = asked;
    this.#holdsFor = new Map(rules.map((rule) => [alertId(rule), seconds(rule.holdsForSeconds)]));
  }

  async play(): Promise<void> {
    const besides = Promise.all(beside().map((cause) => this.#inTurn([cause])));
    besides.catch(() => {});
    for (const act of acts()) await Promise.all(act.map((causes) => this.#inTurn(causes)));
    await besides;
    await this.#inTurn(atLast());
  }

  /** Waits for the longest window of the rules, at most; for what has not fired no longer than that may take. */
  async allResolved(): Promise<void> {
    const longest = hours(8) / this.#asked.factor + SHOWS_WITHIN;
    const isOver = (id: string): boolean => {
      const { firedAt, healedAt, resolvedAt } = this.#log.course(id);
      return firedAt === null ? Date.now() > (healedAt ?? 0) + this.#firesWithin([id]) : resolvedAt !== null;
    };
    await this.#until([...this.conditions.keys()], isOver, longest);
  }

  async #inTurn(causes: readonly Cause[]): Promise<void> {
    for (const cause of causes) if (this.#isWanted(cause)) await this.#cause(cause);
  }

  #isWanted({ alerts }: Cause): boolean {
    return this.#asked.only.length === 0 || alerts.some((id) => this.#asked.only.includes(id));
  }

  async #cause(cause: Cause): Promise<void> {
    const { condition, alerts } = cause;
    const { say, signal } = this.#asked;
    signal.throwIfAborted();
    for (const id of alerts) this.conditions.set(id, condition);
    // what fires already, for whatever reason, could not be told from what is caused
    await this.#until(alerts, (id) => this.#log.isAtRest(id), AT_REST_WITHIN);
    say(`caused for ${alerts.join(', ')}: ${condition}`);
    this.#log.caused(alerts, Date.now());
    try {
      await cause.inject(this.#world);
      const hasFired = (id: string): boolean => this.#log.course(id).firedAt !== null;
      const keptUp = repeat(KEPT_UP_EVERY, async () => { if (!cause.untilFired.every(hasFired)) await cause.keepUp?.(this.#world); });
      await this.#until(cause.untilFired, hasFired, this.#firesWithin(cause.untilFired)).finally(() => keptUp.stop());
    } catch (error) {
      this.#trouble(`causing ${alerts.join(', ')}`, error);
    }
    await cause.heal(this.#world).catch((error: unknown) => { this.#trouble(`ending what caused ${alerts.join(', ')}`, error); });
    this.#log.healed(alerts, Date.now());
    say(`made good: ${alerts.join(', ')}`);
  }

  #firesWithin(ids: readonly string[]): Duration {
    return SHOWS_WITHIN + Math.max(...ids.map((id) => this.#holdsFor.get(id) ?? 0));
  }

  #trouble(what: string, error: unknown): void {
    this.#asked.signal.throwIfAborted();
    const reason = error instanceof Error ? `${error.message}${error.cause instanceof Error ? ` (${error.cause.message})` : ''}` : String(error);
    this.problems.push(`${what}: ${reason}`);
    this.#asked.say(`TROUBLE ${what}: ${reason}`);
  }

  async #until(ids: readonly string[], isSo: (id: string) => boolean, within: number): Promise<void> {
    for (const end = Date.now() + within; Date.now() < end && !ids.every(isSo);) await sleep(LOOK_EVERY, undefined, { signal: this.#asked.signal });
  }
}
