import type { BenchMesh } from '../mesh/mesh.ts';

/** The counters of all processes of the mesh, added up over their labels. */
export type Counters = ReadonlyMap<string, number>;

export async function countersOf({ adminPorts }: Pick<BenchMesh, 'adminPorts'>): Promise<Counters> {
  const texts = await Promise.all(adminPorts.map(async (port) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()));
  return summed(texts);
}

/** Adds up samples of the Prometheus text format by name. */
export function summed(texts: readonly string[]): Counters {
  const totals = new Map<string, number>();
  for (const [, name = '', value = ''] of texts.join('\n').matchAll(/^([a-z_][\w:]*)(?:\{.*\})? (\S+)$/gm)) totals.set(name, (totals.get(name) ?? 0) + Number(value));
  return totals;
}

export const grown = (before: Counters, after: Counters, name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
