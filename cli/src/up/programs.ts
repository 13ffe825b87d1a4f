import { join, resolve } from 'node:path';

/** What Node runs in a process of its own. */
export interface Program {
  readonly script: string;
  readonly args: readonly string[];
}

/** The folder of the project; the same from src/up and from dist/up. */
export const root = resolve(import.meta.dirname, '..', '..', '..');

/** All services, or all simulators, in one process. */
export const hostProgram = (name: 'services' | 'simulators'): Program => ({ script: join(import.meta.dirname, `${name}-host.js`), args: [] });

/**
 * One service: from the bundle that images run too, for it starts in about half the time that its modules take. Where `NODE_OPTIONS` imports something first, each module comes from a
 * file of its own: it may be there to change one while it is loaded, as the crash points and planted bugs of fault runs are.
 */
export function serviceProgram(name: string, env: { readonly NODE_OPTIONS?: string | undefined }): Program {
  const isHooked = /(^|\s)--(import|require|loader|experimental-loader)\b/.test(env.NODE_OPTIONS ?? '');
  return isHooked ? { script: join(root, 'services', name, 'dist', 'main.js'), args: [] } : { script: join(root, 'deploy', 'container', 'dist', 'bundle', 'main.mjs'), args: [name] };
}
