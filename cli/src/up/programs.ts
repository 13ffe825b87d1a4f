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

/** One service: from the bundle that images run too, for it starts in about half the time that its modules take. */
export const serviceProgram = (name: string): Program => ({ script: join(root, 'deploy', 'container', 'dist', 'bundle', 'main.mjs'), args: [name] });
