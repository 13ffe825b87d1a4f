import { compileText, type CompiledRules } from '@order-mesh/rules';
import type { RuleBookOptions } from './rule-book.ts';
import { countUp, joined, nothingCounted, overheardBy, toldInFull, withNews, type Overheard, type Shadow } from './shadow.ts';
import type { ShadowBook } from './shadow-ports.ts';

interface Known {
  readonly shadow: Shadow;
  readonly rules: CompiledRules | null;
  readonly overheard: Overheard[];
  readonly isEndTold: boolean;
}

export interface MemoryShadows extends ShadowBook {
  /** The rules in force, overheard where a shadow runs. */
  beside(rules: CompiledRules): CompiledRules;
}

/** Shadows in memory, as strict as the tables: for tests. There are no transactions here; what was overheard is counted when somebody asks. */
export function memoryShadowBook({ points, told = [] }: Pick<RuleBookOptions, 'points' | 'told'>): MemoryShadows {
  const known = new Map<string, Known>();
  const end = (one: Known | undefined, endedBecause: string): void => {
    if (one && one.shadow.endedBecause === null) known.set(one.shadow.shadowId, { ...one, shadow: { ...one.shadow, endedBecause } });
  };
  return {
    beside(rules) {
      const running = [...known.values()].find(({ shadow }) => shadow.point === rules.point.name && shadow.endedBecause === null);
      return running ? overheardBy((one) => { running.overheard.push(one); }, rules, running.shadow.until) : rules;
    },
    async learn(_tx, shadowed) {
      for (const { shadowId, changeId, point: name, content, since, until, endedBecause } of shadowed) {
        const point = points.find((one) => one.name === name);
        if (endedBecause !== '') end(known.get(shadowId), endedBecause);
        if (!point || endedBecause !== '' || known.has(shadowId)) continue;
        for (const other of known.values()) if (other.shadow.point === name && other.shadow.since < since) end(other, 'replaced');
        const compiled = compileText(point, content);
        const shadow = { ...nothingCounted, shadowId, changeId, point: name, since, until, endedBecause: compiled.ok ? null : NOT_UNDERSTOOD };
        known.set(shadowId, { shadow, rules: compiled.ok ? compiled.rules : null, overheard: [], isEndTold: false });
      }
    },
    news: async (_tx, now) => [...known.values()].flatMap((one) => {
      const overheard = one.overheard.splice(0);
      const point = points.find(({ name }) => name === one.shadow.point);
      if (!one.rules || !point || overheard.length === 0) return withNews(one.shadow, [], { now, isEndTold: one.isEndTold }) ?? [];
      const { tell } = told.find((other) => other.point.name === point.name) ?? toldInFull(point);
      const counted = countUp(overheard, { rules: one.rules, tell });
      if (counted.ok) return withNews(one.shadow, [joined(nothingCounted, counted.tally)], { now, isEndTold: one.isEndTold }) ?? [];
      return withNews({ ...one.shadow, endedBecause: one.shadow.endedBecause ?? counted.why }, [], { now, isEndTold: one.isEndTold }) ?? [];
    }),
    async keep(_tx, shadows) {
      for (const shadow of shadows) {
        const one = known.get(shadow.shadowId);
        if (one) known.set(shadow.shadowId, { ...one, shadow, isEndTold: shadow.endedBecause !== null });
      }
    },
    isQuiet: () => known.size === 0,
  };
}

export const NOT_UNDERSTOOD = 'these rules are not understood by this release';
