import type { RulesPublished } from '@order-mesh/contracts';
import { askedAtOf, changeFactsOf, changeItemOf, type ChangeView } from '../domain/rules-view.ts';
import { isOver, shadowItemOf, type ShadowView } from '../domain/shadow-view.ts';
import { simulationItemOf, type SimulationView } from '../domain/simulation-view.ts';
import type { RulesReader, RulesViews } from '../usecases/rules-ports.ts';
import { releaseItemOf } from './release-item.ts';

const keyOf = (...parts: readonly (string | number)[]): string => JSON.stringify(parts);

/** Keeps the views of the rules in memory under the same rules as PostgreSQL. */
export function memoryRulesViews(): RulesViews & RulesReader {
  const releases = new Map<string, RulesPublished>();
  const changes = new Map<string, ChangeView>();
  const simulations = new Map<string, SimulationView>();
  const shadows = new Map<string, ShadowView>();
  const newestShadows = (): readonly ShadowView[] => [...shadows.values()].sort((one, other) => (other.begun?.since ?? 0) - (one.begun?.since ?? 0));
  const newest = (one: RulesPublished, other: RulesPublished): number => other.version - one.version;
  const byNewest = (one: ChangeView, other: ChangeView): number => askedAtOf(other) - askedAtOf(one) || (one.changeId < other.changeId ? 1 : -1);
  const named = (wanted: string): ChangeView | undefined => [...changes.values()].filter(({ changeId }) => changeId === wanted).sort(byNewest)[0];

  return {
    async addReleases(_, added) {
      for (const release of added) if (!releases.has(keyOf(release.point, release.version))) releases.set(keyOf(release.point, release.version), release);
    },
    loadChanges: async (_, names) => names.flatMap(({ point, changeId }) => changes.get(keyOf(point, changeId)) ?? []),
    findChange: async (_, changeId) => named(changeId) ?? null,
    saveChanges: async (_, changed) => { for (const view of changed) changes.set(keyOf(view.point, view.changeId), view); },
    loadSimulations: async (_, ids) => ids.flatMap((id) => simulations.get(id) ?? []),
    saveSimulations: async (_, changed) => { for (const view of changed) simulations.set(view.simulationId, view); },
    loadShadows: async (_, ids) => ids.flatMap((id) => shadows.get(id) ?? []),
    findShadow: async (_, wanted) => newestShadows().find(({ changeId }) => changeId === wanted) ?? null,
    saveShadows: async (_, changed) => { for (const view of changed) shadows.set(view.shadowId, view); },
    shadows: async () => newestShadows().filter((view) => !isOver(view)).map(shadowItemOf),
    async shadow(wanted) {
      const view = newestShadows().find(({ changeId }) => changeId === wanted);
      return view ? shadowItemOf(view) : null;
    },
    live: async () => [...new Map([...releases.values()].sort((one, other) => one.version - other.version).map((release) => [release.point, releaseItemOf(release)])).values()],
    releases: async (wanted) => [...releases.values()].filter(({ point }) => point === wanted).sort(newest).map(releaseItemOf),
    async release(point, version) {
      const release = releases.get(keyOf(point, version));
      return release ? { ...releaseItemOf(release), content: release.content } : null;
    },
    async changes(wanted, { after, limit }) {
      const isBehind = (view: ChangeView): boolean => !after || askedAtOf(view) < after.at || (askedAtOf(view) === after.at && view.changeId < after.id);
      return [...changes.values()].filter((view) => view.point === wanted && isBehind(view)).sort(byNewest).slice(0, limit).map(changeItemOf);
    },
    async change(changeId) {
      const view = named(changeId);
      return view ? { ...changeItemOf(view), content: view.content } : null;
    },
    async simulation(simulationId) {
      const view = simulations.get(simulationId);
      return view ? simulationItemOf(view) : null;
    },
    changesSince: async (since, atMost) => [...changes.values()].filter((view) => askedAtOf(view) >= since).sort(byNewest).slice(0, atMost).map(changeFactsOf),
  };
}
