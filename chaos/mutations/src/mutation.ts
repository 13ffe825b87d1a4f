import { replaceOnly } from './loading.ts';

/** A bug planted in the product: a few words of one of its built modules, and what stands there instead. */
export interface Mutation {
  readonly name: string;
  /** What goes wrong with it, for whoever reads the report. */
  readonly breaks: string;
  /** The built file, from the root of the repository. */
  readonly module: string;
  readonly edits: readonly Edit[];
}

export interface Edit {
  /** Must occur exactly once in the module. */
  readonly find: string;
  readonly replace: string;
}

/** The module with the bug in it. Throws when the words are not found exactly once: the product has changed, and the mutation with it. */
export function mutated(source: string, { name, module, edits }: Mutation): string {
  return edits.reduce((text, { find, replace }) => replaceOnly(text, find, replace, (times) =>
    `the mutation ${name} looks for "${find}" in ${module} and finds it ${times} times instead of once; bring chaos/mutations/src/catalogue.ts in line with the module`), source);
}
