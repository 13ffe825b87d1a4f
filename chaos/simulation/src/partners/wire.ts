import type { Reaper } from '../database/connection.ts';
import type { Blow, Strikes } from '../faults.ts';
import type { History } from '../history.ts';
import type { Chance } from '../random.ts';
import type { Owner, Timeline } from '../virtual/timeline.ts';

export type System = 'esign' | 'carrier' | 'u8';

export interface WireWorld {
  /** Answers come at multiples of it, so that some come together. */
  readonly grainMs: number;
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly strikes: Strikes;
  readonly reaper: Reaper;
  readonly history: History;
  readonly onBlow: (where: string, blow: Blow) => void;
}

/** What is asked of a partner. */
export interface Asked<Answer> {
  readonly system: System;
  readonly orderId: string | null;
  readonly what: string;
  /** What the partner does, and answers. */
  readonly act: () => Answer;
  /** Whether its answer says nothing new: a story would be full of them. */
  readonly isIdle?: (answer: Answer) => boolean;
  /** Its "no", if it can say one to this. */
  readonly refuse?: () => Answer;
}

const NEVER = new Promise<never>(() => {});

/** The way to the partners and back. A request is carried out at once or never; its answer may be late, lost, or told to nobody. */
export class Wire {
  readonly #world: WireWorld;
  readonly #awayUntil = new Map<System, number>();

  constructor(world: WireWorld) {
    this.#world = world;
  }

  /** Nobody reaches the partner for a while. */
  takeAway(system: System, forMs: number): void {
    this.#awayUntil.set(system, this.#world.timeline.now + forMs);
    this.#world.history.note('away', null, () => `${system} cannot be reached for ${forMs} ms`);
  }

  async ask<Answer>(owner: Owner, asked: Asked<Answer>): Promise<Answer> {
    if (!owner.alive) return NEVER;
    const { timeline, chance, strikes, onBlow } = this.#world;
    const blow = strikes.at('request');
    if (blow) onBlow(`a request to ${asked.system}`, blow);
    const isAway = (this.#awayUntil.get(asked.system) ?? 0) > timeline.now;
    if (isAway || blow?.type === 'unreachable') {
      await this.#pass(chance.whole(1, 5));
      throw Object.assign(new Error(`connect ECONNREFUSED ${asked.system}`), { code: 'ECONNREFUSED' });
    }
    if (blow) return this.#underBlow(owner, asked, blow);
    const answer = this.#act(asked, asked.act);
    await this.#pass(chance.whole(1, 12));
    return answer;
  }

  async #underBlow<Answer>(owner: Owner, asked: Asked<Answer>, blow: Blow): Promise<Answer> {
    const { reaper, history } = this.#world;
    const { system, orderId, what, act, refuse } = asked;
    const isUndone = 'when' in blow && blow.when === 'before';
    const answer = isUndone ? undefined : this.#act(asked, blow.type === 'refused' ? refuse ?? act : act);
    const where = `${isUndone ? 'before' : 'after'} ${system} was asked to ${what}`;
    if (blow.type === 'crash') {
      reaper.crash(owner, blow.downMs, where);
      return NEVER;
    }
    if (blow.type === 'freeze') reaper.freeze(owner, blow.forMs, where);
    await this.#pass(blow.type === 'slow' ? blow.byMs : 5);
    if (answer === undefined || blow.type === 'lost') {
      history.note('unheard', orderId, () => `hears nothing from ${system} about "${what}"`);
      throw new Error('socket hang up');
    }
    return answer;
  }

  #act<Answer>({ system, orderId, what, isIdle }: Asked<Answer>, act: () => Answer): Answer {
    const answer = act();
    if (isIdle?.(answer)) return answer;
    this.#world.history.note('partner', orderId, () => `asks ${system} to ${what}: ${said(answer)}`);
    return answer;
  }

  #pass(ms: number): Promise<void> {
    const { timeline, grainMs } = this.#world;
    const at = Math.ceil((timeline.now + ms) / grainMs) * grainMs;
    return new Promise((resolve) => { timeline.after(at - timeline.now, resolve); });
  }
}

function said(answer: unknown): string {
  return JSON.stringify(answer, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))?.slice(0, 90) ?? 'nothing';
}
