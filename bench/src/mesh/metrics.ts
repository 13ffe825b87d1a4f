import type { BenchMesh } from './mesh.ts';

/** The counters and gauges of all processes of the mesh, added up over their labels. */
export type Counters = ReadonlyMap<string, number>;

/** What each process of the mesh tells of itself, in the Prometheus text format. */
export const metricsOf = ({ adminPorts }: Pick<BenchMesh, 'adminPorts'>): Promise<readonly string[]> =>
  Promise.all(adminPorts.map(async (port) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()));

export const countersOf = async (mesh: Pick<BenchMesh, 'adminPorts'>): Promise<Counters> => summed(await metricsOf(mesh));

/** Adds up samples of the Prometheus text format by name. */
export function summed(texts: readonly string[]): Counters {
  const totals = new Map<string, number>();
  for (const [, name = '', value = ''] of texts.join('\n').matchAll(/^([a-z_][\w:]*)(?:\{.*\})? (\S+)$/gm)) totals.set(name, (totals.get(name) ?? 0) + Number(value));
  return totals;
}

export const grown = (before: Counters, after: Counters, name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
