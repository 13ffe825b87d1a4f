import type { Transaction } from '@order-mesh/messaging';
import { compileText, type CompiledRules } from '@order-mesh/rules';
import { memoryShadowBook } from './memory-shadow-book.ts';
import { shippedFor, type RuleBook, type RuleBookOptions } from './rule-book.ts';

/** A rule book in memory, as strict as the tables: for tests. */
export function memoryRuleBook(options: Omit<RuleBookOptions, 'service' | 'log'>): RuleBook {
  const shipped = shippedFor(options);
  const live = new Map<string, { readonly version: number; readonly rules: CompiledRules }>();
  const shadows = memoryShadowBook(options);
  return {
    shadows,
    at: (_tx: Transaction, { name }) => Promise.resolve(shadows.beside(live.get(name)?.rules ?? given(shipped, name))),
    learn: async (_tx, published) => {
      for (const { point: name, version, content } of published) {
        const point = options.points.find((one) => one.name === name);
        const compiled = point && compileText(point, content);
        if (compiled?.ok && version > (live.get(name)?.version ?? 0)) live.set(name, { version, rules: compiled.rules });
      }
    },
  };
}

export function given(shipped: ReadonlyMap<string, CompiledRules>, name: string): CompiledRules {
  const rules = shipped.get(name);
  if (!rules) throw new TypeError(`${name} is no decision point of this service`);
  return rules;
}
