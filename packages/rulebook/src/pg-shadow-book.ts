import type { RulesShadowed } from '@order-mesh/contracts';
import { compileText } from '@order-mesh/rules';
import { NOT_UNDERSTOOD } from './memory-shadow-book.ts';
import { pgEars, type Beside } from './pg-shadow-ears.ts';
import { endThem, keepShadows, loadUntold, saveShadows, takeTallies } from './pg-shadow-statements.ts';
import type { RuleBookOptions } from './rule-book.ts';
import { withNews } from './shadow.ts';
import type { ShadowBook } from './shadow-ports.ts';

export interface PgShadows extends ShadowBook {
  readonly beside: Beside;
}

/** So often somebody looks for news and finds none before nobody looks any more. */
const LOOKS_IN_VAIN = 3;

/** The shadows of a service in PostgreSQL, schema `rulebook`. */
export function pgShadowBook(options: RuleBookOptions): PgShadows {
  const { service, points, log } = options;
  // other processes may have left something to tell
  let inVain = 0;
  const beside = pgEars(options, () => { inVain = 0; });

  const flawIn = ({ point: name, content }: RulesShadowed): string | null => {
    const point = points.find((one) => one.name === name);
    return point && compileText(point, content).ok ? null : NOT_UNDERSTOOD;
  };

  return {
    beside,
    async learn(tx, shadowed) {
      const ours = shadowed.filter(({ point }) => points.some(({ name }) => name === point));
      if (ours.length === 0) return;
      inVain = 0;
      // one row once: the last that is said of each
      const begun = [...new Map(ours.flatMap((one) => (one.endedBecause === '' ? [[one.shadowId, { ...one, flaw: flawIn(one) }]] : []))).values()];
      const over = new Map(ours.flatMap(({ shadowId, endedBecause }) => (endedBecause === '' ? [] : [[shadowId, endedBecause]])));
      if (begun.length > 0) await saveShadows(tx, service, begun);
      await endThem(tx, service, [...over].map(([shadowId, because]) => ({ shadowId, because })));
      for (const { shadowId, point, endedBecause } of ours) log.info(endedBecause === '' ? 'shadow begun' : 'shadow over', { shadowId, point, ...(endedBecause && { endedBecause }) });
    },
    async news(tx, now) {
      const untold = await loadUntold(tx, service);
      inVain = untold.length === 0 ? inVain + 1 : 0;
      if (untold.length === 0) return [];
      const tallies = await takeTallies(tx, service, untold.map(({ shadow: { shadowId } }) => shadowId));
      return untold.flatMap(({ shadow, isEndTold }) => withNews(shadow, tallies.filter(({ shadowId }) => shadowId === shadow.shadowId), { now, isEndTold }) ?? []);
    },
    keep: (tx, shadows) => keepShadows(tx, service, shadows),
    isQuiet: () => inVain >= LOOKS_IN_VAIN,
  };
}
