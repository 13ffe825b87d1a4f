import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { mutations } from './catalogue.ts';
import { mutated, type Mutation } from './mutation.ts';

const ROOT = new URL('../../../', import.meta.url);

/** The mutation of this name. Throws with all there are when there is none. */
export function mutationNamed(name: string): Mutation {
  const found = mutations.find((one) => one.name === name);
  if (!found) throw new Error(`there is no mutation "${name}"; known: ${mutations.map((one) => one.name).join(', ')}`);
  return found;
}

/** Tells whether the planted bug has found its module. */
export interface Planted {
  isLoaded(): boolean;
}

/**
 * Plants the bug in this thread: the module is changed while it is loaded. Call it before the product is imported. Whoever loads the module
 * gets an error when the words to be changed are not found exactly once.
 */
export function plant(mutation: Mutation): Planted {
  const target = new URL(mutation.module, ROOT).href;
  let loaded = false;
  registerHooks({
    load(url, context, nextLoad) {
      const found = nextLoad(url, context);
      if (url !== target) return found;
      loaded = true;
      return { ...found, source: mutated(String(found.source), mutation) };
    },
  });
  return { isLoaded: () => loaded };
}

/** What is wrong with the catalogue against the product as it is built now; empty when every mutation fits. */
export function misfits(): readonly string[] {
  return mutations.flatMap((mutation) => {
    try {
      const source = readFileSync(fileURLToPath(new URL(mutation.module, ROOT)), 'utf8');
      return mutated(source, mutation) === source ? [`${mutation.name} changes nothing`] : [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });
}
