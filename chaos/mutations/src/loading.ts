import { registerHooks } from 'node:module';

const ROOT = new URL('../../../', import.meta.url);

/** Where a built module lies, from the root of the repository. */
export const builtModule = (module: string): URL => new URL(module, ROOT);

/** Tells whether a change has found its module. */
export interface Planted {
  isLoaded(): boolean;
}

/** Changes one built module, named from the root of the repository, while this thread loads it. Whoever loads it gets the error that `change` throws. */
export function changeWhileLoading(module: string, change: (source: string) => string): Planted {
  const target = builtModule(module).href;
  let loaded = false;
  registerHooks({
    load(url, context, nextLoad) {
      const found = nextLoad(url, context);
      if (url !== target) return found;
      loaded = true;
      return { ...found, source: change(String(found.source)) };
    },
  });
  return { isLoaded: () => loaded };
}

/** The text with the only place where `find` stands replaced. Throws what `complaint` says where it does not stand exactly once. */
export function replaceOnly(text: string, find: string, replace: string, complaint: (times: number) => string): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(complaint(parts.length - 1));
  return parts.join(replace);
}
