import { readFileSync } from 'node:fs';
import { mutations } from './catalogue.ts';
import { builtModule, changeWhileLoading, type Planted } from './loading.ts';
import { mutated, type Mutation } from './mutation.ts';

/** The mutation of this name. Throws with all there are when there is none. */
export function mutationNamed(name: string): Mutation {
  const found = mutations.find((one) => one.name === name);
  if (!found) throw new Error(`there is no mutation "${name}"; known: ${mutations.map((one) => one.name).join(', ')}`);
  return found;
}

/** Plants the bug in this thread: the module is changed while it is loaded. Call it before the product is imported. */
export const plant = (mutation: Mutation): Planted => changeWhileLoading(mutation.module, (source) => mutated(source, mutation));

/** What is wrong with the catalogue against the product as it is built now; empty when every mutation fits. */
export function misfits(): readonly string[] {
  return mutations.flatMap((mutation) => {
    try {
      const source = readFileSync(builtModule(mutation.module), 'utf8');
      return mutated(source, mutation) === source ? [`${mutation.name} changes nothing`] : [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });
}
