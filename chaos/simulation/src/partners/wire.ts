import type { Reaper } from '../database/connection.ts';
import type { Blow, Strikes } from '../faults.ts';
import type { History } from '../history.ts';
import type { Chance } from '../random.ts';
import { never, WORLD, type Owner, type Timeline } from '../virtual/timeline.ts';

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

/** The way to the partners and back. A request is carried out at once, late or never; its answer may be late, lost, or told to nobody. */
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
    if (!owner.alive) return never();
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
    const { system, orderId, what, refuse } = asked;
    const act = (): Answer => this.#act(asked, blow.type === 'refused' ? refuse ?? asked.act : asked.act);
    const isEarly = 'when' in blow && blow.when === 'before';
    if (blow.type === 'slow' && isEarly) return this.#lateArrival(blow.byMs, act);
    if (blow.type === 'freeze' && isEarly) {
      reaper.freeze(owner, blow.forMs, `before ${system} was asked to ${what}`);
      await this.#pass(5);
      return act();
    }
    const answer = isEarly ? undefined : act();
    const where = `${isEarly ? 'before' : 'after'} ${system} was asked to ${what}`;
    if (blow.type === 'crash') {
      reaper.crash(owner, blow.downMs, where);
      return never();
    }
    if (blow.type === 'freeze') reaper.freeze(owner, blow.forMs, where);
    await this.#pass(blow.type === 'slow' ? blow.byMs : 5);
    if (answer === undefined || blow.type === 'lost') {
      history.note('unheard', orderId, () => `hears nothing from ${system} about "${what}"`);
      throw new Error('socket hang up');
    }
    return answer;
  }

  /** The request is on its way for long, and arrives whether or not anybody still waits for its answer. */
  #lateArrival<Answer>(ms: number, act: () => Answer): Promise<Answer> {
    const { timeline } = this.#world;
    const askedBy = timeline.current;
    return new Promise((resolve, reject) => {
      timeline.after(ms, () => {
        try {
          const said = act();
          timeline.after(1, () => { resolve(said); }, askedBy);
        } catch (error) {
          timeline.after(1, () => { reject(error instanceof Error ? error : new Error(String(error))); }, askedBy);
        }
      }, WORLD);
    });
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
