import { join } from 'node:path';
import { root, serviceProgram, type Program } from '@order-mesh/cli/parts';
import { bundle } from '@order-mesh/embedded/bundle';
import { mutated, mutationNamed } from '@order-mesh/mutations';
import { crashPoints, modulePath, pointNamed, withEnd, withPoint } from './points.ts';

type Change = (source: string) => string;

/** What a service runs: the product as it is, or, with a crash point (`name` or `name#hits`), what ends there. */
export type ServiceProgram = (service: string, point?: string) => Program;

const ENTRY = 'deploy/container/dist/main.js';

/**
 * Bundles the services as the product is bundled, so that they start as fast, with all crash points in them, and with the bug of this name if there is one: then every process has it.
 * Throws when there is no such bug, or when what is to be changed is not there any more.
 */
export async function changedProgram(mutation?: string): Promise<ServiceProgram> {
  const out = join('chaos', 'processes', 'dist', ['bundle', ...(mutation === undefined ? [] : [mutation])].join('-'));
  const made = await bundle(root, { entry: ENTRY, out, changes: changes(mutation) });
  if (!made.ok) throw new Error(`the services with their crash points could not be bundled:\n${made.output}`);
  return (service, point) => (point === undefined && mutation === undefined ? serviceProgram(service) : { script: join(root, out, 'main.mjs'), args: [service] });
}

/** The environment of a process that ends at this point. Throws when there is none of the name. */
export function endingAt(point: string): Readonly<Record<string, string>> {
  const [name = ''] = point.split('#');
  if (!pointNamed(name)) throw new Error(`there is no crash point "${name}"`);
  return { MESH_CRASH_AT: point };
}

/** By the paths of the modules. */
function changes(mutation: string | undefined): ReadonlyMap<string, Change> {
  const planted = mutation === undefined ? undefined : mutationNamed(mutation);
  const all: readonly (readonly [string, Change])[] = [
    ...(planted ? [[planted.module, (source: string) => mutated(source, planted)] as const] : []),
    ...crashPoints.map((point) => [modulePath(point, 'dist'), (source: string) => withPoint(point, source)] as const),
    [ENTRY, withEnd],
  ];
  return new Map([...Map.groupBy(all, ([path]) => path)].map(([path, some]) => [path, (source) => some.reduce((text, [, change]) => change(text), source)]));
}
